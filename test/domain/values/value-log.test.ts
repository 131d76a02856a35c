import { describe, expect, it } from "vitest";
import { ACTORS } from "../../../src/domain/values/actor-table.js";
import type { JsonValue } from "../../../src/domain/values/json-value.js";
import { type DottedValue, ValueLog, type ValueLogOptions } from "../../../src/domain/values/value-log.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";

const dotted = (author: string, number: number, value: JsonValue): DottedValue => ({ author, number, value });

describe("ValueLog", () => {
  it("numbers a client's values from 1, each value once", () => {
    const log = new ValueLog("n0@1");
    expect([log.accept("a", 0), log.accept("b", 0), log.accept("a", 0)]).toEqual([true, true, false]);
    expect([...log.known.ranges()]).toEqual([["n0@1", 1, 2]]);
    expect([...log.valuesOf(["n0@1", 2, 1])]).toEqual(["b"]);
  });

  it("learns each dot once, and tells which were new", () => {
    const log = new ValueLog("n0@1");
    log.merge([["n1@1", 1, 2]], ["a", "b"], [10]);
    expect(log.merge([["n1@1", 1, 3]], ["a", "b", "c"], [5])).toEqual([["n1@1", 3, 1]]);
    expect(log.values()).toEqual(["a", "b", "c"]);
  });

  it("deletes the values of the given dots alone, even if another one is the text that mutants add", () => {
    const log = new ValueLog("n0@1");
    for (const value of ["Stryker was here", "b"]) log.accept(value, 0);
    log.compact([["n0@1", 2, 1]]);
    expect(log.values()).toEqual(["Stryker was here"]);
  });

  it("keeps one value of two dots with the same content, and both dots", () => {
    const log = new ValueLog("n0@1");
    log.accept("a", 0);
    log.merge([["n1@1", 1, 1]], ["a"], [0]);
    expect(log.values()).toEqual(["a"]);
    expect([...log.known.ranges()]).toEqual([
      ["n0@1", 1, 1],
      ["n1@1", 1, 1],
    ]);
  });

  it("lets nobody else number values in its name: the next one would have no number left", () => {
    const log = new ValueLog("n0@1");
    expect(log.merge([["n0@1", Number.MAX_SAFE_INTEGER - 1, 1]], ["forged"], [0])).toEqual([]);
    log.accept("a", 0);
    expect([...log.known.ranges()]).toEqual([["n0@1", 1, 1]]);
  });

  it("tells when the oldest of some values was accepted", () => {
    const log = new ValueLog("n0@1");
    log.accept("a", 30);
    log.merge(
      [
        ["n1@1", 1, 1],
        ["n2@1", 1, 1],
      ],
      ["b", "c"],
      [10, 20],
    );
    expect(log.oldest(log.known.ranges())).toBe(10);
    expect(log.oldest([])).toBe(Number.POSITIVE_INFINITY);
    expect(() => [...log.valuesOf(["n1@1", 2, 1])]).toThrow(RangeError);
  });

  it("numbers the values of each life from 1, and takes no values under its own name from others", () => {
    const log = new ValueLog("n0@2");
    log.recover([dotted("n0@1", 1, "a"), dotted("n0@1", 2, "b"), dotted("n0@1", 1, "a")], 0);
    expect([log.accept("b", 0), log.accept("c", 0)]).toEqual([false, true]);
    log.startIncarnation("n0@3");
    log.accept("d", 0);
    // The node knows all values of its own actors.
    expect(log.merge([["n0@2", 2, 1]], ["forged"], [0])).toEqual([]);
    expect([...log.known.ranges()]).toEqual([
      ["n0@1", 1, 2],
      ["n0@2", 1, 1],
      ["n0@3", 1, 1],
    ]);
    expect([...log.recovered.ranges()]).toEqual([["n0@1", 1, 2]]);
    expect([log.size, log.heldCount]).toEqual([4, 4]);
  });

  it("takes recovered values for old, and shows them at once", () => {
    const whenDurable = () => {};
    const log = new ValueLog("n0@2", undefined, { whenDurable });
    log.recover([dotted("n0@1", 1, "a")], 60_005);
    expect([log.values(), log.oldest([["n0@1", 1, 1]])]).toEqual([["a"], 5]);
  });

  it("records each new value once, with its dot", () => {
    const records: DottedValue[] = [];
    const log = new ValueLog("n0@1", (value) => records.push(value));
    log.accept("a", 0);
    log.merge([["n1@1", 1, 2]], ["b", "a"], [0]);
    log.merge([["n1@1", 2, 2]], ["a", "c"], [0]);
    expect(records).toEqual([
      dotted("n0@1", 1, "a"),
      dotted("n1@1", 1, "b"),
      dotted("n1@1", 2, "a"),
      dotted("n1@1", 3, "c"),
    ]);
  });

  it("counts equal values once, unless duplicates are allowed", () => {
    for (const allowDuplicates of [false, true]) {
      const log = new ValueLog("n0@1", undefined, { allowDuplicates });
      expect([log.accept("a", 0), log.accept("a", 0)]).toEqual([true, allowDuplicates]);
      log.merge([["n1@1", 1, 1]], ["a"], [0]);
      expect([log.size, log.heldCount]).toEqual(allowDuplicates ? [3, 3] : [1, 2]);
      expect(log.values()).toEqual(allowDuplicates ? ["a", "a", "a"] : ["a"]);
      const [first, ...others] = log.dotted();
      expect([first?.author, first?.number, others.length]).toEqual(["n0@1", 1, allowDuplicates ? 2 : 0]);
    }
  });

  describe("with a journal that takes time", () => {
    /** A log whose values become durable when the test says so. */
    function slow(allowDuplicates = false) {
      const tasks: (() => void)[] = [];
      const delivered: DottedValue[][] = [];
      const log = new ValueLog("n0@1", undefined, {
        allowDuplicates,
        whenDurable: (task) => tasks.push(task),
        delivered: (values) => delivered.push([...values]),
      });
      return { log, delivered, tasks, sync: () => tasks.shift()?.() };
    }

    it("shows values once they survive a crash, in the order of their arrival", () => {
      const { log, delivered, sync } = slow();
      log.accept("a", 3);
      log.merge([["n1@1", 1, 2]], ["b", "a"], [5]);
      expect([log.values(), log.dotted(), [...log.ages()], log.has("a"), log.size]).toEqual([[], [], [], false, 2]);
      sync();
      expect(log.values()).toEqual(["a"]);
      expect([log.has("a"), log.has("b")]).toEqual([true, false]);
      sync();
      expect(log.values()).toEqual(["a", "b"]);
      expect(log.dotted()).toEqual([dotted("n0@1", 1, "a"), dotted("n1@1", 1, "b")]);
      expect([...log.ages()].map(({ actor, number, acceptedAt }) => [actor, number, acceptedAt])).toEqual([
        ["n0@1", 1, 3],
        ["n1@1", 1, 5],
        ["n1@1", 2, 5],
      ]);
      expect(delivered).toEqual([
        [{ ...dotted("n0@1", 1, "a"), acceptedAt: 3 }],
        [{ ...dotted("n1@1", 1, "b"), acceptedAt: 5 }],
      ]);
    });

    it("delivers each value once, however often the journal reports", () => {
      const { log, delivered, tasks, sync } = slow();
      log.accept("a", 0);
      log.accept("b", 0);
      tasks.reverse();
      sync();
      sync();
      expect(delivered.map((values) => values.map(({ value }) => value))).toEqual([["a", "b"]]);
      log.merge([["n1@1", 1, 1]], ["a"], [0]);
      sync();
      expect(delivered).toHaveLength(1);
    });

    it("waits for nothing if no value is new", () => {
      const { log, tasks } = slow();
      log.merge([["n1@1", 1, 1]], ["a"], [0]);
      log.merge([["n1@1", 1, 1]], ["a"], [0]);
      expect(tasks).toHaveLength(1);
    });

    it("shows as many of equal values as are durable, where duplicates are allowed", () => {
      const { log, sync } = slow(true);
      log.accept("a", 0);
      sync();
      log.accept("a", 0);
      log.accept("b", 0);
      expect([log.values(), log.has("a"), log.has("b")]).toEqual([["a"], true, false]);
      sync();
      expect(log.values()).toEqual(["a", "a"]);
    });

    it("does not show a value earlier because an equal one of another member came", () => {
      const { log, sync } = slow();
      log.accept("a", 0);
      log.merge([["n1@1", 1, 1]], ["a"], [0]);
      expect(log.has("a")).toBe(false);
      sync();
      expect(log.has("a")).toBe(true);
    });
  });

  describe("deletes values", () => {
    /** A log with `a`, `b`, `c` of two members, and `a` a second time. */
    function filled(options: ValueLogOptions = {}) {
      const log = new ValueLog("n0@1", undefined, options);
      log.accept("a", 10);
      log.merge([["n1@1", 1, 3]], ["b", "c", "a"], [20]);
      return log;
    }

    it("whose dots stay known, so that they do not come back", () => {
      const forgotten: unknown[] = [];
      const log = filled({ forgotten: (dots) => forgotten.push(dots) });
      log.compact([]);
      log.compact([["n1@1", 1, 2]]);
      expect(forgotten).toEqual([[["n1@1", 1, 2]]]);
      expect(log.values()).toEqual(["a"]);
      expect([log.size, log.heldCount, log.has("b")]).toEqual([1, 2, false]);
      expect(log.merge([["n1@1", 1, 1]], ["b"], [0])).toEqual([]);
      expect(log.gone()).toEqual([["n1@1", 1, 2]]);
      expect([...log.held.ranges()]).toEqual([
        ["n0@1", 1, 1],
        ["n1@1", 3, 1],
      ]);
      expect(() => log.valuesOf(["n1@1", 1, 1])).toThrow("value 1 of n1@1 is unknown");
      expect([...log.ages()].map(({ value }) => value)).toEqual(["a", "a"]);
    });

    it("and takes an equal value that comes later for new", () => {
      const log = filled();
      log.compact([["n1@1", 1, 1]]);
      expect(log.accept("b", 0)).toBe(true);
      expect([...log.held.ranges()]).toEqual([
        ["n0@1", 1, 2],
        ["n1@1", 2, 2],
      ]);
      expect(log.dotOf("b")).toEqual(["n0@1", 2]);
    });

    it("and tells a member that lacks them that they are gone", () => {
      const log = filled();
      const theirs = VersionVector.of([["n1@1", 1, 1]]);
      expect([log.compactedBeyond(theirs).isEmpty, log.gone()]).toEqual([true, []]);
      log.compact([["n1@1", 1, 2]]);
      expect([...log.compactedBeyond(theirs).ranges()]).toEqual([["n1@1", 2, 1]]);
      expect(log.compactedBeyond(log.known).isEmpty).toBe(true);
    });

    it("and gives up those that other members have deleted, but none of its own", () => {
      const missed: unknown[] = [];
      const forgotten: unknown[] = [];
      const skipped: unknown[] = [];
      const log = filled({ missed: (dots) => missed.push(dots), forgotten: (dots) => forgotten.push(dots) });
      log.followedBy({ skip: (dots) => skipped.push([dots, log.known.has("n1@1", 4)]), settle: () => {} });
      log.compactTo(VersionVector.of([["n0@1", 1, 9]]));
      expect(missed).toEqual([]);
      log.compactTo(
        VersionVector.of([
          ["n0@1", 1, 9],
          ["n1@1", 2, 3],
        ]),
      );
      const gone = [["n1@1", 4, 1]];
      expect([missed, forgotten, skipped]).toEqual([[gone], [gone], [[gone, false]]]);
      expect(log.gone()).toEqual(gone);
      expect(log.merge([["n1@1", 4, 1]], ["late"], [0])).toEqual([]);
      expect(log.values()).toEqual(["a", "b", "c"]);
    });

    it("and ignores the claim of others where no value may be missed", () => {
      const log = filled();
      log.compactTo(VersionVector.of([["n1@1", 4, 1]]));
      expect(log.known.has("n1@1", 4)).toBe(false);
    });

    it("and knows after a restart which are gone", () => {
      const log = new ValueLog("n0@2");
      log.recover([dotted("n1@1", 3, "c")], 0, [["n1@1", 1, 2]]);
      expect([log.gone(), log.values()]).toEqual([[["n1@1", 1, 2]], ["c"]]);
      expect([...log.recovered.ranges()]).toEqual([["n1@1", 1, 3]]);
      expect(log.merge([["n1@1", 2, 1]], ["b"], [0])).toEqual([]);
    });

    it("and tells its follower before the arrivals get other numbers", () => {
      const log = new ValueLog("n0@1");
      const settled: number[] = [];
      log.followedBy({ skip: () => {}, settle: () => settled.push(log.arrivals.start) });
      const count = 3_000;
      for (let number = 1; number <= count; number++) log.accept(number, 0);
      const dots = log.arrivedSince(count - 2);
      log.compact([["n0@1", 1, 1_500]]);
      expect([settled, log.stretchOf(dots)]).toEqual([[], { from: count - 2, to: count }]);
      log.compact([["n0@1", 1_501, 1]]);
      expect([settled, log.arrivals.start, log.stretchOf(dots)]).toEqual([[0], 1_501, undefined]);
      expect(log.arrivedSince(count - 2)).toEqual([["n0@1", count - 1, 2]]);
      expect(log.valuesOf(["n0@1", 1_502, 2])).toEqual([1_502, 1_503]);
    });
  });

  it("lists the dots of the latest arrivals, in the order of the known actors", () => {
    const log = new ValueLog("n0@1");
    log.merge([["n1@1", 1, 1]], ["a"], [0]);
    log.accept("b", 0);
    log.merge([["n2@1", 5, 2]], ["c", "d"], [0]);
    log.merge([["n1@1", 2, 1]], ["e"], [0]);
    const dots = log.arrivedSince(1);
    expect(dots).toEqual([
      ["n1@1", 2, 1],
      ["n0@1", 1, 1],
      ["n2@1", 5, 2],
    ]);
    expect(log.arrivedSince(1)).toBe(dots);
    expect(log.arrivedSince(4)).toEqual([["n1@1", 2, 1]]);
    expect(log.arrivedSince(5)).toEqual([]);
    log.accept("f", 0);
    expect(log.arrivedSince(4)).toEqual([
      ["n1@1", 2, 1],
      ["n0@1", 2, 1],
    ]);
  });

  it("knows the stretch of its lists, and of those that were noted to be the same", () => {
    const log = new ValueLog("n0@1");
    for (const value of ["a", "b", "c"]) log.accept(value, 0);
    const dots = log.arrivedSince(1);
    const [same, other] = [[...dots], [...dots]];
    log.noteStretch(same, log.stretchOf(dots));
    log.noteStretch(other, log.stretchOf(other));
    const stretch = { from: 1, to: 3 };
    expect([log.stretchOf(dots), log.stretchOf(same), log.stretchOf(other)]).toEqual([stretch, stretch, undefined]);
  });

  it("lists arrivals that came in runs of several", () => {
    const log = new ValueLog("n0@1");
    log.merge([["n1@1", 1, 3]], ["a", "b", "c"], [0]);
    log.merge([["n2@1", 7, 2]], ["d", "e"], [0]);
    log.merge([["n1@1", 4, 2]], ["f", "g"], [0]);
    expect(log.arrivedSince(1)).toEqual([
      ["n1@1", 2, 4],
      ["n2@1", 7, 2],
    ]);
    expect(log.valuesOf(["n1@1", 2, 4])).toEqual(["b", "c", "f", "g"]);
    expect(() => log.valuesOf(["n7@1", 1, 1])).toThrow("value 1 of n7@1 is unknown");
  });

  it("holds no value of an actor that no node has heard of", () => {
    const first = ["n0@1", "n1@1", "n2@1"].map((actor, number) => {
      ACTORS.add(actor);
      return ACTORS.idOf(number);
    });
    const log = new ValueLog("own@1");
    for (const actor of first) log.merge([[actor, 1, 1]], [actor], [0]);
    expect(() => log.valuesOf(["unheard-of@1", 1, 1])).toThrow("value 1 of unheard-of@1 is unknown");
  });

  it("finds the first dot of a value, whether it was asked before or not", () => {
    for (const asksEarly of [false, true]) {
      const log = new ValueLog("n0@2");
      if (asksEarly) expect(log.dotOf("a")).toBeUndefined();
      log.recover([dotted("n0@1", 1, "a"), dotted("n1@1", 8, "a")], 0);
      log.merge([["n1@1", 9, 2]], ["b", "a"], [0]);
      log.accept("c", 0);
      expect(["a", "b", "c", "d"].map((value) => log.dotOf(value))).toEqual([
        ["n0@1", 1],
        ["n1@1", 9],
        ["n0@2", 1],
        undefined,
      ]);
    }
  });

  it("finds the first dot of a value that is not durable", () => {
    const log = new ValueLog("n0@1", undefined, { whenDurable: () => {} });
    log.accept("a", 0);
    expect(log.dotOf("a")).toEqual(["n0@1", 1]);
  });

  it("splits a range into parts of about the same age", () => {
    const log = new ValueLog("n0@1");
    for (const [index, time] of [0, 40, 100, 101, 50, 160, 400].entries()) log.accept(`v${index}`, time);
    expect(log.splitByAge(["n0@1", 1, 7], 100)).toEqual([
      ["n0@1", 1, 3],
      ["n0@1", 4, 2],
      ["n0@1", 6, 1],
      ["n0@1", 7, 1],
    ]);
    expect(log.splitByAge(["n0@1", 1, 3], 100)).toEqual([["n0@1", 1, 3]]);
    expect(log.splitByAge(["n0@1", 7, 1], 0)).toEqual([["n0@1", 7, 1]]);
  });

  it("tells values by their age", () => {
    const log = new ValueLog("n0@1");
    for (const [index, time] of [10, 20, 30].entries()) log.accept(`v${index}`, time);
    log.merge([["n1@1", 1, 1]], ["w"], [15]);
    expect([...log.acceptedBefore(20)]).toEqual([
      ["n0@1", 1, 1],
      ["n1@1", 1, 1],
    ]);
    expect([...log.acceptedAfter(15, log.known.ranges()).ranges()]).toEqual([["n0@1", 2, 2]]);
    expect([...log.acceptedAfter(15, [["n0@1", 1, 2]]).ranges()]).toEqual([["n0@1", 2, 1]]);
  });

  it("names each actor's latest dots that are young", () => {
    const log = new ValueLog("n0@1");
    for (const [index, time] of [10, 40, 20, 30].entries()) log.accept(`v${index}`, time);
    log.merge(
      [
        ["n1@1", 1, 2],
        ["n1@1", 7, 1],
      ],
      ["w", "x", "y"],
      [5, 50],
    );
    expect(log.youngestAfter(20)).toEqual([
      ["n0@1", 4, 1],
      ["n1@1", 7, 1],
    ]);
    expect(log.youngestAfter(30)).toEqual([["n1@1", 7, 1]]);
    expect(log.youngestAfter(50)).toEqual([]);
    expect(log.youngestAfter(5)).toEqual([
      ["n0@1", 1, 4],
      ["n1@1", 7, 1],
    ]);
    log.compact([["n0@1", 4, 1]]);
    expect(log.youngestAfter(5)).toEqual([["n1@1", 7, 1]]);
  });
});
