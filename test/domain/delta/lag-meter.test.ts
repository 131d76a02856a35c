import { expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { LagMeter } from "../../../src/domain/delta/lag-meter.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";

/** A node with values, and the member b, a suspect whose last message came when the first values had been accepted. */
function suspicion(before: number, since: number) {
  const [clock, values] = [new FakeClock(), new ValueLog("a@1")];
  const peers = new DeltaTracker({ values });
  const accept = (count: number) => {
    for (let number = 0; number < count; number++) values.accept(`${clock.now()}/${number}`, clock.now());
  };
  accept(before);
  const b = peers.of("b");
  b.lastHeardAt = clock.now();
  b.markSuspect();
  clock.advance(1_000);
  accept(since);
  clock.advance(1_000);
  // Nothing is sent to it again until its digest comes.
  b.assume(values.held.ranges());
  return { clock, values, peers, b, meter: new LagMeter({ clock, values, peers }) };
}

it("counts values that a suspect was assumed to have, if they came after its last message", () => {
  const { b, meter } = suspicion(3, 5);
  expect(meter.lagsOf(["b"]).get("b")).toEqual({ values: 5, isLowerBound: false, age: 1_000 });
  b.confirm([["a@1", 4, 2]]);
  expect(meter.lagsOf(["b"]).get("b")?.values).toBe(3);
  b.markAlive();
  expect(meter.lagsOf(["b"]).get("b")).toEqual({ values: 0, isLowerBound: false, age: 0 });
});

it("visits a bounded number of values, and says so", () => {
  const exactly = suspicion(0, 10_000).meter.lagsOf(["b"]).get("b");
  expect(exactly).toMatchObject({ values: 10_000, isLowerBound: false });
  const more = suspicion(0, 10_001).meter.lagsOf(["b"]).get("b");
  expect(more).toMatchObject({ values: 10_000, isLowerBound: true });
});

it("counts what a member has not confirmed, and takes its age from the oldest of that", () => {
  const [clock, values] = [new FakeClock(), new ValueLog("a@1")];
  const peers = new DeltaTracker({ values });
  const meter = new LagMeter({ clock, values, peers });
  for (const value of ["a", "b", "c"]) {
    clock.advance(100);
    values.accept(value, clock.now());
  }
  const [b, c] = [peers.of("b"), peers.of("c")];
  b.confirm([["a@1", 1, 1]]);
  b.send([["a@1", 2, 1]], clock.now());
  c.confirm(values.held.ranges());
  clock.advance(50);
  expect([...meter.lagsOf(["b", "c", "unknown"])]).toEqual([
    ["b", { values: 2, isLowerBound: false, age: 150 }],
    ["c", { values: 0, isLowerBound: false, age: 0 }],
    ["unknown", { values: 3, isLowerBound: false, age: 250 }],
  ]);
});

it("never reports an age below zero, though clocks of other members may be ahead", () => {
  const [clock, values] = [new FakeClock(), new ValueLog("a@1")];
  values.merge([["c@1", 1, 1]], ["from the future"], [500]);
  const meter = new LagMeter({ clock, values, peers: new DeltaTracker({ values }) });
  expect(meter.lagsOf(["b"]).get("b")).toEqual({ values: 1, isLowerBound: false, age: 0 });
});

it("shares the bound between the suspects", () => {
  const { b, meter, peers } = suspicion(0, 5_002);
  expect(meter.lagsOf(["b", "c"]).get("b")).toMatchObject({ values: 5_002, isLowerBound: false });
  peers.of("c").markSuspect();
  expect(meter.lagsOf(["b", "c"]).get("b")).toMatchObject({ values: 5_000, isLowerBound: true });
  b.markAlive();
  expect(meter.lagsOf(["b", "c"]).get("b")?.values).toBe(0);
});

it("counts no value twice, nor one that is deleted here", () => {
  const { values, b, meter } = suspicion(1, 4);
  // Its assumption is dropped, so the value counts as missing.
  b.retractAssumed([["a@1", 2, 1]]);
  expect(meter.lagsOf(["b"]).get("b")?.values).toBe(4);
  values.compact([["a@1", 3, 1]]);
  expect(meter.lagsOf(["b"]).get("b")?.values).toBe(3);
});

it("takes the age of the oldest, assumed or missing", () => {
  const { clock, values, b, meter } = suspicion(0, 2);
  clock.advance(500);
  values.accept("later", clock.now());
  expect(meter.lagsOf(["b"]).get("b")).toEqual({ values: 3, isLowerBound: false, age: 1_500 });
  b.confirm([["a@1", 1, 2]]);
  expect(meter.lagsOf(["b"]).get("b")).toEqual({ values: 1, isLowerBound: false, age: 0 });
});
