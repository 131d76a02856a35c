import { randomInt } from "node:crypto";
import { expect } from "vitest";
import { drawScenario } from "../../../../src/workbench/simulation/draw-scenario.js";
import { simulate } from "../../../../src/workbench/simulation/simulation.js";

/** Simulates seeds that no test has seen, for at least `time` ms. */
export function keepEveryPromise(time: number): void {
  const start = performance.now();
  let seed = randomInt(2 ** 31);
  do {
    const { violation } = simulate(drawScenario(seed));
    expect(violation, `npx tidecast sim --seed ${seed}: ${violation?.problem}`).toBeUndefined();
    seed++;
  } while (performance.now() - start < time);
}
