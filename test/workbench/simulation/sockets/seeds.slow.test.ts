import { it } from "vitest";
import { runFreshSocketSeeds, runSocketSeed } from "../support/socket-seeds.js";

it("keeps every promise on more fixed seeds", async () => {
  for (let seed = 6; seed <= 100; seed++) await runSocketSeed(seed);
});

it("keeps every promise on more fresh seeds", () => runFreshSocketSeeds(10_000));
