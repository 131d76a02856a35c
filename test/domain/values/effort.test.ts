import { afterEach, describe, expect, it, vi } from "vitest";
import { ActorSlots } from "../../../src/domain/values/actor-slots.js";
import { ACTORS } from "../../../src/domain/values/actor-table.js";
import { actorOf } from "../../../src/domain/values/dot.js";
import { IntervalSet } from "../../../src/domain/values/interval-set.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";

// These tests count steps, to check the promises of the comments about time and room.

afterEach(() => void vi.restoreAllMocks());

/** Counts the sets of intervals that are made or that grow: each takes room of its own. */
const intervalSets = () => vi.spyOn(IntervalSet.prototype, "add");

describe("a VersionVector", () => {
  /** The largest number that fits into 31 bits. */
  const LARGEST = 2 ** 31 - 1;

  it("needs no IntervalSet while no actor has gaps", () => {
    const sets = intervalSets();
    const vector = VersionVector.of([
      ["n0@1", 5, 3],
      ["n1@1", LARGEST, 1],
      ["n2@1", LARGEST - 1, 1],
    ]);
    // Right after its numbers, right before them, and on both sides.
    vector.add(["n0@1", 8, 2]);
    vector.add(["n0@1", 4, 1]);
    vector.add(["n0@1", 3, 9]);
    vector.add(["n2@1", LARGEST, 1]);
    // From the first number, from before it, up to the last number, and beyond it.
    vector.remove(["n0@1", 3, 2]);
    vector.remove(["n0@1", 1, 5]);
    vector.remove(["n0@1", 11, 1]);
    vector.remove(["n0@1", 10, 5]);
    ACTORS.add("n3@1");
    vector.remove(["n3@1", 1, 1]);
    expect([...vector.meet(VersionVector.of([["n0@1", 1, 7]])).ranges()]).toEqual([["n0@1", 6, 2]]);
    expect([...vector.ranges()]).toEqual([
      ["n0@1", 6, 4],
      ["n1@1", LARGEST, 1],
      ["n2@1", LARGEST - 1, 2],
    ]);
    expect(sets).not.toHaveBeenCalled();
  });

  it.each([9, LARGEST])("needs no IntervalSet any more once the gap is closed (up to %d)", (last) => {
    const vector = VersionVector.of([
      ["n0@1", last - 2, 1],
      ["n0@1", last, 1],
    ]);
    vector.add(["n0@1", last - 1, 1]);
    const sets = intervalSets();
    vector.add(["n0@1", last - 3, 1]);
    expect([...vector.ranges()]).toEqual([["n0@1", last - 3, 4]]);
    expect(sets).not.toHaveBeenCalled();
  });

  it.each([
    [2, 100, 2 * 2],
    [100, 2, 2 * 2],
    [100, 100, 100],
  ])("looks up the actors of the smaller vector (%d and %d actors)", (one, other, most) => {
    const [vector, second] = [one, other].map((count) =>
      VersionVector.of(Array.from({ length: count }, (_, index) => [actorOf(`n${index}`, 1), 1, 1])),
    ) as [VersionVector, VersionVector];
    const lookUps = vi.spyOn(ActorSlots.prototype, "find");
    vector.meet(second);
    expect(lookUps.mock.calls.length).toBeLessThanOrEqual(most);
  });
});

describe("a ValueLog", () => {
  it("keeps one set of dots for those it knows and those it holds, while no value is deleted", () => {
    const log = new ValueLog("n0@2");
    log.recover([{ author: "n0@1", number: 1, value: "a" }], 0);
    log.accept("b", 0);
    expect(log.held).toBe(log.known);
  });

  it("finds values that came one after the other with a single look-up", () => {
    const log = new ValueLog("n0@1");
    for (let number = 1; number <= 100; number++) log.accept(number, 0);
    const lookUps = vi.spyOn(log.arrivals, "find");
    expect(log.valuesOf(["n0@1", 5, 90])).toHaveLength(90);
    expect(lookUps).toHaveBeenCalledOnce();
  });
});
