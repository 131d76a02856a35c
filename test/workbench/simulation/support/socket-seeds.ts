import { randomInt } from "node:crypto";
import { drawSockets } from "../../../../src/workbench/simulation/sockets/draw-sockets.js";
import { describeSocketFailure } from "../../../../src/workbench/simulation/sockets/socket-report.js";
import { simulateSockets } from "../../../../src/workbench/simulation/sockets/socket-simulation.js";

/** Runs one seed on simulated sockets. @throws {Error} with the report, if a promise is broken */
export async function runSocketSeed(seed: number): Promise<void> {
  const scenario = drawSockets(seed);
  const { problem } = await simulateSockets(scenario);
  if (problem !== undefined) throw new Error(await describeSocketFailure(scenario, problem));
}

/** Runs new seeds for this time, in ms of the machine. @throws {Error} as `runSocketSeed` */
export async function runFreshSocketSeeds(duration: number): Promise<void> {
  const end = performance.now() + duration;
  do await runSocketSeed(randomInt(2 ** 32 - 1));
  while (performance.now() < end);
}
