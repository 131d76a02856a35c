import { expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { LAG } from "../../../src/domain/config.js";
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
  return { b, meter: new LagMeter({ clock, values, peers }) };
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
  const exactly = suspicion(0, LAG.mostVisited).meter.lagsOf(["b"]).get("b");
  expect(exactly).toMatchObject({ values: LAG.mostVisited, isLowerBound: false });
  const more = suspicion(0, LAG.mostVisited + 1)
    .meter.lagsOf(["b"])
    .get("b");
  expect(more).toMatchObject({ values: LAG.mostVisited, isLowerBound: true });
});
