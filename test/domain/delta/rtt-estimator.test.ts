import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
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
    expect([trips.overall(), trips.to("n1"), trips.planned(), trips.plannedTo("n1")]).toEqual([10, 10, 10, 10]);
    expect(trips.measuredTo("n1")).toBeUndefined();
    clock.advance(1_600);
    trips.add("n1", 8000);
    expect(trips.to("n1")).toBe(8000);
  });

  it("believes in a far neighbour when nothing else is measured of it for a while", () => {
    const clock = new FakeClock();
    const trips = new RttEstimator({ clock, peers: new DeltaTracker() });
    trips.add("n1", 10);
    trips.add("far", 900);
    clock.advance(1_600);
    trips.add("far", 900);
    expect(trips.to("far")).toBe(900);
  });

  it("forgets: what is measured now counts, not what was long ago", () => {
    const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
    // More than are kept over all peers together.
    const many = 257;
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

  it("ignores what no network takes, and what is no number", () => {
    const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
    trips.add("n1", 60_001);
    trips.add("n1", Number.NaN);
    expect(trips.overall()).toBeUndefined();
    trips.add("n1", 60_000);
    expect(trips.overall()).toBe(60_000);
  });

  it("knows what it has measured to a member, and nothing of the others", () => {
    const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
    trips.hint(300, 0);
    expect(trips.measuredTo("n1")).toBeUndefined();
    trips.add("n1", 100);
    expect([trips.measuredTo("n1"), trips.measuredTo("n2")]).toEqual([100, undefined]);
  });

  it("does not fall below the hint before it has measured enough", () => {
    const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
    trips.hint(300, 0);
    for (let sample = 1; sample < 8; sample++) trips.add("n1", 100);
    expect([trips.to("n1"), trips.plannedTo("n1")]).toEqual([300, 300]);
    trips.add("n1", 100);
    expect([trips.to("n1"), trips.plannedTo("n1")]).toEqual([100, 100]);
  });

  it("takes its first samples as they are without a hint", () => {
    const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
    trips.add("n1", 100);
    expect([trips.to("n1"), trips.plannedTo("n1")]).toEqual([100, 100]);
  });

  it("takes over the spread of a hint until it has measured enough, and plans with the hint", () => {
    const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
    expect([trips.spread(), trips.planned(), trips.plannedTo("n1")]).toEqual([0, undefined, undefined]);
    trips.hint(300, 80);
    expect([trips.spread(), trips.planned(), trips.typical(), trips.plannedTo("n1")]).toEqual([80, 300, 300, 300]);
    for (let sample = 1; sample < 8; sample++) trips.add("n1", 100 + sample);
    expect([trips.spread(), trips.planned()]).toEqual([80, 107]);
    trips.add("n1", 100);
    expect([trips.spread(), trips.planned()]).toEqual([0, 104]);
  });

  it("plans anew after each sample and each hint", () => {
    const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
    trips.hint(300, 0);
    expect(trips.planned()).toBe(300);
    trips.hint(200, 0);
    expect(trips.planned()).toBe(200);
    trips.add("n1", 100);
    expect(trips.planned()).toBe(100);
  });

  it("plans with the median for a member where latency is constant, and with a slow trip where it is random", () => {
    const planned = (step: number) => {
      const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
      for (let sample = 0; sample < 20; sample++) trips.add("n1", 100 + step * sample);
      return trips.plannedTo("n1");
    };
    expect([planned(1), planned(10)]).toEqual([110, 100 + 180]);
  });

  it("takes latency for random if the fast half spreads over more than a quarter of the median", () => {
    const spread = (fastest: number) => {
      const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
      for (let sample = 0; sample < 20; sample++) trips.add("n1", sample < 5 ? fastest : 100);
      return trips.spread();
    };
    expect([spread(75), spread(74)]).toEqual([0, 26]);
  });

  it("tells outliers by three times the median and some more", () => {
    const overall = (sample: number) => {
      const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
      trips.add("n1", 100);
      trips.add("n1", sample);
      return trips.overall();
    };
    const most = 600;
    expect([overall(most), overall(most + 1)]).toEqual([most, 100]);
  });

  it("compares a sample with those of the same member, once there are some", () => {
    const trips = new RttEstimator({ clock: new FakeClock(), peers: new DeltaTracker() });
    for (let sample = 0; sample < 10; sample++) trips.add("n1", 100);
    trips.add("far", 500);
    // An outlier for `n1`, but less than three times what is usual for `far`.
    trips.add("far", 1_500);
    trips.add("n1", 1_500);
    expect([trips.measuredTo("far"), trips.measuredTo("n1")]).toEqual([1_500, 100]);
  });

  it("does not count outliers from before a normal sample towards the time after which they are believed", () => {
    const clock = new FakeClock();
    const trips = new RttEstimator({ clock, peers: new DeltaTracker() });
    trips.add("n1", 100);
    trips.add("n1", 9_000);
    clock.advance(1_499);
    trips.add("n1", 9_000);
    expect(trips.to("n1")).toBe(100);
    trips.add("n1", 100);
    clock.advance(1);
    trips.add("n1", 9_000);
    expect(trips.to("n1")).toBe(100);
    clock.advance(1_500);
    trips.add("n1", 9_000);
    expect(trips.to("n1")).toBe(9_000);
  });
});
