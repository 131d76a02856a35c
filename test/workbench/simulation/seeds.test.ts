import { randomInt } from "node:crypto";
import { expect, it } from "vitest";
import { drawScenario } from "../../../src/workbench/simulation/draw-scenario.js";
import { simulate } from "../../../src/workbench/simulation/simulation.js";
import { REGRESSION_SEEDS } from "../../support/regression-seeds.js";

/** Time for fresh seeds, in ms. */
const FRESH_TIME = 4_000;

it("keeps every promise on fixed seeds", () => {
  for (let seed = 1; seed <= 8; seed++) expect(simulate(drawScenario(seed)).violation, `seed ${seed}`).toBeUndefined();
});

it.each(REGRESSION_SEEDS)("keeps every promise on seed %i, which once failed", (seed) => {
  expect(simulate(drawScenario(seed)).violation).toBeUndefined();
});

it("keeps every promise on fresh seeds", () => {
  const first = randomInt(2 ** 31);
  const start = performance.now();
  for (let seed = first; performance.now() - start < FRESH_TIME; seed++) {
    const { violation } = simulate(drawScenario(seed));
    expect(violation, `npx tidecast sim --seed ${seed}: ${violation?.problem}`).toBeUndefined();
  }
});
