import { randomInt } from "node:crypto";
import { expect, it } from "vitest";
import { drawScenario } from "../../../src/workbench/simulation/draw-scenario.js";
import { simulate } from "../../../src/workbench/simulation/simulation.js";

/** Time for fresh seeds, in ms. */
const FRESH_TIME = 4_000;

/** Each of these found a bug once. */
const REGRESSIONS = [
  19, 121, 226, 260, 301, 316, 328, 335, 474, 1083, 1124, 1708, 1760, 2270, 2467, 3753, 10454, 10575, 10581, 10939,
  30488, 30613, 31096, 31361, 31608, 32083, 32274, 50051, 60523, 202112, 202603, 50637, 50753, 50775, 51033, 600023,
  632095387,
];

it("keeps every promise on fixed seeds", () => {
  for (let seed = 1; seed <= 8; seed++) expect(simulate(drawScenario(seed)).violation, `seed ${seed}`).toBeUndefined();
});

it.each(REGRESSIONS)("keeps every promise on seed %i, which once it did not", (seed) => {
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
