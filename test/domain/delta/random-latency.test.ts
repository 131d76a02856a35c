import { expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { RttEstimator } from "../../../src/domain/delta/rtt-estimator.js";

it("Latency counts as random if more than one round trip in ten is fast", () => {
  const spread = (fast: number) => {
    const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
    for (let sample = 0; sample < 20; sample++) trips.add("n1", sample < fast ? 50 : 100);
    return trips.spread();
  };
  expect([spread(2), spread(3)]).toEqual([0, 50]);
});
