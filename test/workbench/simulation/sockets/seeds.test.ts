import { expect, it } from "vitest";
import { drawSockets } from "../../../../src/workbench/simulation/sockets/draw-sockets.js";
import { simulateSockets } from "../../../../src/workbench/simulation/sockets/socket-simulation.js";
import { runFreshSocketSeeds, runSocketSeed } from "../support/socket-seeds.js";

it("keeps every promise on fixed seeds", async () => {
  for (let seed = 1; seed <= 5; seed++) await runSocketSeed(seed);
});

it("keeps every promise on fresh seeds", () => runFreshSocketSeeds(1_000));

it("gives the same trace for the same seed", async () => {
  const run = async () => {
    const trace: string[] = [];
    await simulateSockets(drawSockets(7), (line) => trace.push(line));
    return trace;
  };
  const [one, other] = [await run(), await run()];
  expect(one.length).toBeGreaterThan(50);
  expect(one).toEqual(other);
});
