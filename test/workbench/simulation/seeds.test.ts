import { expect, it } from "vitest";
import { withDisks } from "../../../src/workbench/simulation/disk/draw-disks.js";
import { drawScenario } from "../../../src/workbench/simulation/draw-scenario.js";
import { simulate } from "../../../src/workbench/simulation/simulation.js";
import { QUICK_REGRESSION_SEEDS } from "../../support/regression-seeds.js";
import { keepEveryPromise } from "./support/fresh-seeds.js";

it.each(QUICK_REGRESSION_SEEDS)("keeps every promise on seed %i, which once failed", (seed) => {
  expect(simulate(drawScenario(seed)).violation).toBeUndefined();
});

it("keeps every promise with journals on disks that fail", () => {
  for (let seed = 1; seed <= 8; seed++) {
    const scenario = withDisks(drawScenario(seed, { nodes: 5, journal: true }));
    expect(simulate(scenario).violation, `npx tidecast sim --seed ${seed} --nodes 5 --journal`).toBeUndefined();
  }
});

it("keeps every promise on fresh seeds", () => keepEveryPromise(2000));
