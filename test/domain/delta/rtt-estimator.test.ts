import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { RTT } from "../../../src/domain/config.js";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { RttEstimator } from "../../../src/domain/delta/rtt-estimator.js";

describe("RttEstimator", () => {
  it("knows nothing before anything is measured", () => {
    expect(new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() }).overall()).toBeUndefined();
    expect(new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() }).to("n1")).toBeUndefined();
  });

  it("takes a hint as long as nothing better is known", () => {
    const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
    trips.hint(300, 0);
    expect([trips.overall(), trips.to("n1")]).toEqual([300, 300]);
    for (let sample = 0; sample < 50; sample++) trips.add("n1", 180);
    expect([trips.overall(), trips.to("n1")]).toEqual([180, 180]);
  });

  it("speaks for most messages, not for the quickest or the mean, where latency is random", () => {
    const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
    for (let sample = 1; sample <= 100; sample++) trips.add("n1", sample * 10);
    expect(trips.overall()).toBeGreaterThanOrEqual(850);
    expect(trips.overall()).toBeLessThan(1000);
  });

  it("plans with the usual round trip where latency is constant, however late machines are at times", () => {
    const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
    for (let sample = 0; sample < 100; sample++) trips.add("n1", sample % 5 === 0 ? 260 : 200 + (sample % 4));
    expect(trips.spread()).toBe(0);
    expect(trips.planned()).toBeLessThanOrEqual(203);
    expect(trips.plannedTo("n1")).toBeLessThanOrEqual(203);
    expect(trips.overall()).toBe(260);
  });

  it("plans with a slow round trip where latency is random", () => {
    const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
    for (let sample = 1; sample <= 100; sample++) trips.add("n1", sample * 4);
    expect(trips.spread()).toBeGreaterThan(300);
    expect(trips.planned()).toBe(93 * 4 + 4);
    expect(trips.plannedTo("n1")).toBeGreaterThan(trips.to("n1") as number);
  });

  it("leaves out what a paused machine measures, also if it is the first sample of a neighbour", () => {
    const clock = new FakeClock();
    const trips = new RttEstimator({ clock, peers: new DeltaTracker() });
    trips.add("n1", 200);
    for (const neighbour of ["n2", "n3", "n4"]) trips.add(neighbour, 6000);
    expect([trips.overall(), trips.to("n2"), trips.planned()]).toEqual([200, 200, 200]);
  });

  it("leaves out a first sample that is far above the parent's hint, until nothing else is measured for a while", () => {
    const clock = new FakeClock();
    const trips = new RttEstimator({ clock, peers: new DeltaTracker() });
    trips.hint(10, 0);
    trips.add("n1", 8000);
    expect([trips.overall(), trips.to("n1"), trips.planned()]).toEqual([10, 10, 10]);
    clock.advance(RTT.adaptationTime + 100);
    trips.add("n1", 8000);
    expect(trips.to("n1")).toBe(8000);
  });

  it("believes in a far neighbour when nothing else is measured of it for a while", () => {
    const clock = new FakeClock();
    const trips = new RttEstimator({ clock, peers: new DeltaTracker() });
    trips.add("n1", 10);
    trips.add("far", 900);
    clock.advance(RTT.adaptationTime + 100);
    trips.add("far", 900);
    expect(trips.to("far")).toBe(900);
  });

  it("forgets: what is measured now counts, not what was long ago", () => {
    const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
    // More than are kept over all peers together.
    const many = RTT.pooledSamples + 1;
    for (let sample = 0; sample < many; sample++) trips.add("n1", 900);
    for (let sample = 0; sample < many; sample++) trips.add("n1", 100);
    expect([trips.overall(), trips.to("n1")]).toEqual([100, 100]);
  });

  it("tells a far neighbour from near ones once it knows it well", () => {
    const clock = new FakeClock();
    const trips = new RttEstimator({ clock, peers: new DeltaTracker() });
    for (let sample = 0; sample < 20; sample++) {
      for (const near of ["n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "n10", "n11"]) trips.add(near, 100);
      trips.add("far", 800);
      clock.advance(400);
    }
    expect(trips.to("far")).toBe(800);
    expect(trips.to("n1")).toBe(100);
  });

  it("does not take a measurement below zero for one", () => {
    const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
    trips.add("n1", -5);
    expect(trips.overall()).toBe(0);
  });

  it("leaves out what a machine measures that stood still for a moment, and follows a network that has become slow", () => {
    const clock = new FakeClock();
    const trips = new RttEstimator({ clock, peers: new DeltaTracker() });
    for (let count = 0; count < 20; count++) trips.add("n1", 200);
    for (let count = 0; count < 24; count++) trips.add("n1", 2_200);
    expect(trips.overall()).toBe(200);
    trips.add("n1", 210);
    clock.advance(5_000);
    trips.add("n1", 2_200);
    expect(trips.overall()).toBe(200);
    for (let count = 0; count < 100; count++) {
      clock.advance(100);
      trips.add("n1", 1_200);
    }
    expect(trips.overall()).toBe(1_200);
  });
});
