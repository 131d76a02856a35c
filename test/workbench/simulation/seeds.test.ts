import { expect, it } from "vitest";
import { drawScenario } from "../../../src/workbench/simulation/draw-scenario.js";
import { simulate } from "../../../src/workbench/simulation/simulation.js";
import { QUICK_REGRESSION_SEEDS } from "../../support/regression-seeds.js";
import { keepEveryPromise } from "./support/fresh-seeds.js";

it.each(QUICK_REGRESSION_SEEDS)("keeps every promise on seed %i, which once failed", (seed) => {
  expect(simulate(drawScenario(seed)).violation).toBeUndefined();
});

it("keeps every promise on fresh seeds", () => keepEveryPromise(2000));
