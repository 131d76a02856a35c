import { expect, it } from "vitest";
import { drawScenario } from "../../../src/workbench/simulation/draw-scenario.js";
import { simulate } from "../../../src/workbench/simulation/simulation.js";
import { SLOW_REGRESSION_SEEDS } from "../../support/regression-seeds.js";
import { keepEveryPromise } from "./support/fresh-seeds.js";

it("keeps every promise on fixed seeds", () => {
  for (let seed = 1; seed <= 8; seed++) expect(simulate(drawScenario(seed)).violation, `seed ${seed}`).toBeUndefined();
});

it.each(SLOW_REGRESSION_SEEDS)("keeps every promise on seed %i, which once failed", (seed) => {
  expect(simulate(drawScenario(seed)).violation).toBeUndefined();
});

it("keeps every promise on more fresh seeds", () => keepEveryPromise(10_000));
