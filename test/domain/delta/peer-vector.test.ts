import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { type OwnValues, PeerVector } from "../../../src/domain/delta/peer-vector.js";
import { ACTORS as ACTOR_NUMBERS } from "../../../src/domain/values/actor-table.js";
import type { DotRange } from "../../../src/domain/values/dot.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";

const ACTORS = 48;

/** A range of dots. Most are among the first numbers of many actors, so that sets get their shared form. */
const range = fc.tuple(
  fc.integer({ min: 0, max: ACTORS - 1 }).map((n) => `n${n}@1`),
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 1, max: 3 }),
) as fc.Arbitrary<DotRange>;
const ranges = fc.array(range, { maxLength: 4 });
const digest = fc.record({
  /** The number up to which the digest has every actor's dots. */
  all: fc.integer({ min: 0, max: 4 }),
  but: ranges,
  and: ranges,
});
type Digest = typeof digest extends fc.Arbitrary<infer T> ? T : never;

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant("arrive" as const), dots: fc.array(range, { maxLength: 60 }) }),
  },
  // Values of every actor arrive, so that a digest with most of them gets the shared form.
  { weight: 3, arbitrary: fc.record({ type: fc.constant("fill" as const), to: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("add" as const), dots: ranges }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("remove" as const), dots: ranges }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("assign" as const), digest }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("unite" as const), digest }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("copy" as const), dots: ranges }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("skip" as const), dots: ranges }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("delete" as const), dots: ranges }) },
  { weight: 1, arbitrary: fc.constant({ type: "settle" as const }) },
  // A message of the peer arrives, or one leaves for the peer with all that the peer lacks.
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant("receive" as const), dots: fc.array(range, { maxLength: 60 }) }),
  },
  { weight: 3, arbitrary: fc.constant({ type: "send" as const }) },
  { weight: 1, arbitrary: fc.constant({ type: "clear" as const }) },
);

function vectorOf({ all, but, and }: Digest): VersionVector {
  const vector = new VersionVector();
  if (all > 0) for (let n = 0; n < ACTORS; n++) vector.add([`n${n}@1`, 1, all]);
  for (const gap of but) vector.remove(gap);
  for (const extra of and) vector.add(extra);
  return vector;
}

const dots = (vector: Iterable<DotRange>): string[] =>
  [...vector]
    .flatMap(([actor, first, count]) => Array.from({ length: count }, (_, i) => `${actor}#${first + i}`))
    .sort();

/** A log, a set of a peer, and the same set stored as it is. */
class Twins {
  readonly log = new ValueLog("own@1", () => {}, { missed: () => {} });
  readonly set = new PeerVector(this.log as OwnValues);
  simple = new VersionVector();

  constructor() {
    this.log.followedBy(this.set);
  }

  perform(action: typeof step extends fc.Arbitrary<infer T> ? T : never): void {
    const { log, set, simple } = this;
    switch (action.type) {
      case "arrive":
        for (const dot of action.dots)
          log.merge(
            [dot],
            Array.from({ length: dot[2] }, (_, i) => `${dot[0]}#${dot[1] + i}`),
            [0],
          );
        break;
      case "fill":
        for (let n = 0; n < ACTORS; n++)
          log.merge(
            [[`n${n}@1`, 1, action.to]],
            Array.from({ length: action.to }, (_, i) => `n${n}@1#${i + 1}`),
            [0],
          );
        break;
      case "add":
        for (const dot of action.dots) {
          set.add(dot);
          simple.add(dot);
        }
        break;
      case "receive": {
        const values = action.dots.flatMap(([actor, first, count]) =>
          Array.from({ length: count }, (_, i) => `${actor}#${first + i}`),
        );
        const { end } = log.arrivals;
        const fresh = log.merge(
          action.dots,
          values,
          action.dots.map(() => 0),
        ).length;
        const stretch = fresh === values.length ? { from: end, to: log.arrivals.end } : undefined;
        set.addAll(action.dots, stretch);
        for (const dot of action.dots) simple.add(dot);
        break;
      }
      case "send": {
        const delta = set.delta(log.held);
        set.addAll(delta);
        for (const dot of delta) simple.add(dot);
        break;
      }
      case "remove":
        for (const dot of action.dots) {
          set.remove(dot);
          simple.remove(dot);
        }
        break;
      case "assign":
        set.assign(vectorOf(action.digest));
        this.simple = vectorOf(action.digest);
        break;
      case "unite": {
        const other = new PeerVector(log);
        other.assign(vectorOf(action.digest));
        const union = new PeerVector(log);
        union.assignUnion(set, other);
        const expected = simple.copy();
        expected.merge(vectorOf(action.digest));
        expect(dots(union.toVector().ranges())).toEqual(dots(expected.ranges()));
        break;
      }
      case "copy": {
        const copy = set.copy();
        for (const dot of action.dots) copy.add(dot);
        const expected = simple.copy();
        for (const dot of action.dots) expected.add(dot);
        expect(dots(copy.toVector().ranges())).toEqual(dots(expected.ranges()));
        break;
      }
      case "skip":
        log.compactTo(VersionVector.of(action.dots));
        break;
      case "delete":
        log.compact([...log.held.meet(VersionVector.of(action.dots)).ranges()]);
        break;
      case "settle":
        set.settle();
        break;
      case "clear":
        set.clear();
        this.simple = new VersionVector();
    }
  }

  check(other: VersionVector): void {
    const { log, set, simple } = this;
    for (const vector of [log.held, log.known, other])
      expect([...set.lacks(vector).ranges()]).toEqual([...vector.without(simple)]);
    expect(set.delta(log.held)).toEqual([...log.held.without(simple)]);
    expect(set.covers(other)).toBe(simple.covers(other));
    expect(set.exceedsOwn).toBe(!log.known.covers(simple));
    expect(dots(set.toVector().ranges())).toEqual(dots(simple.ranges()));
  }
}

describe("PeerVector", () => {
  it("holds what a version vector would hold, in whichever form, while values arrive, are skipped and deleted", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(step, ranges), { maxLength: 40 }), (actions) => {
        const twins = new Twins();
        for (const [action, others] of actions) {
          twins.perform(action);
          twins.check(VersionVector.of(others));
          // Sets without a difference share an empty vector, which nobody may have added to.
          const all = new PeerVector(twins.log);
          all.assign(twins.log.known.copy());
          expect(dots(all.toVector().ranges())).toEqual(dots(twins.log.known.ranges()));
        }
      }),
    );
  });

  it("takes as few entries as there are differences, however many actors there are", () => {
    const log = new ValueLog("own@1");
    const set = new PeerVector(log);
    for (let n = 0; n < 1000; n++) log.merge([[`n${n}@1`, 1, 1]], [n], [0]);
    const vector = log.known.copy();
    vector.remove(["n7@1", 1, 1]);
    set.assign(vector);
    expect(set.entryCount).toBe(1);
    for (let n = 1000; n < 2000; n++) {
      log.merge([[`n${n}@1`, 1, 1]], [n], [0]);
      set.add([`n${n}@1`, 1, 1]);
    }
    expect(set.entryCount).toBe(1);
    expect([...set.lacks(log.held).ranges()]).toEqual([["n7@1", 1, 1]]);
  });

  it("loses a dot without a trace in other sets that have everything", () => {
    const log = new ValueLog("own@1");
    for (let n = 0; n < ACTORS; n++) log.merge([[`n${n}@1`, 1, 1]], [n], [0]);
    const [set, other] = [new PeerVector(log), new PeerVector(log)];
    for (const complete of [set, other]) complete.assign(log.known.copy());
    set.remove(["n7@1", 1, 1]);
    expect([...set.lacks(log.held).ranges()]).toEqual([["n7@1", 1, 1]]);
    expect(other.covers(log.held)).toBe(true);
    set.skip([["n8@1", 1, 1]]);
    expect(other.covers(log.held)).toBe(true);
  });

  it("adds what arrived here one after the other without looking at each value", () => {
    const log = new ValueLog("own@1");
    const sets = Array.from({ length: 2 }, () => new PeerVector(log));
    const arrive = (number: number) =>
      log.merge(
        Array.from({ length: 1000 }, (_, n): DotRange => [`n${n}@1`, number, 1]),
        Array.from({ length: 1000 }, (_, n) => `${n}/${number}`),
        Array.from({ length: 1000 }, () => 0),
      );
    arrive(1);
    const [delta, other] = sets.map((set) => set.delta(log.held));
    expect(delta).toHaveLength(1000);
    // Peers that lack the same share one list.
    expect(other).toBe(delta);
    const [add, remove] = [
      vi.spyOn(VersionVector.prototype, "addNumbers"),
      vi.spyOn(VersionVector.prototype, "removeNumbers"),
    ];
    // Nor does it when the same is confirmed again.
    for (let time = 0; time < 2; time++) for (const set of sets) set.addAll(delta as readonly DotRange[]);
    expect(add).not.toHaveBeenCalled();
    expect(remove).not.toHaveBeenCalled();
    for (const spy of [add, remove]) spy.mockRestore();
    arrive(2);
    expect(sets.map((set) => set.delta(log.held).length)).toEqual([1000, 1000]);
    expect(sets.map(({ entryCount }) => entryCount)).toEqual([0, 0]);
  });

  it("keeps its dots when many values are deleted and the rest get other arrival numbers", () => {
    const log = new ValueLog("own@1");
    const set = new PeerVector(log);
    log.followedBy(set);
    for (let n = 0; n < 100; n++)
      log.merge(
        [[`n${n}@1`, 1, 60]],
        Array.from({ length: 60 }, (_, i) => `${n}/${i}`),
        [0],
      );
    set.assign(log.known.copy());
    // The set does not count these values yet. The deletion of the later ones moves the earlier ones.
    for (const number of [61, 62])
      for (let n = 0; n < 50; n++) log.merge([[`n${n}@1`, number, 1]], [`${n} late ${number}`], [0]);
    const gone: DotRange[] = [];
    for (let n = 0; n < 100; n++) gone.push([`n${n}@1`, 1, 55]);
    for (let n = 0; n < 50; n++) gone.push([`n${n}@1`, 62, 1]);
    log.compact(gone);
    expect(log.heldCount).toBe(550);
    expect([...set.lacks(log.held).ranges()]).toEqual(Array.from({ length: 50 }, (_, n) => [`n${n}@1`, 61, 1]));
    expect([...log.valuesOf(["n99@1", 60, 1])]).toEqual(["99/59"]);
    expect(log.values()).toHaveLength(550);
  });

  /** A log with a value of each of so many actors, and the set of a peer that was there before them or came after. */
  function logOf(actors: number, isBefore = false) {
    const log = new ValueLog("own@1");
    const early = new PeerVector(log);
    for (let n = 0; n < actors; n++) log.merge([[`n${n}@1`, 1, 1]], [n], [0]);
    const set = isBefore ? early : new PeerVector(log);
    /** The dots of this node without those of so many actors. */
    const allBut = (missing: number) => {
      const vector = log.known.copy();
      for (let n = 0; n < missing; n++) vector.remove([`n${n}@1`, 1, 1]);
      return vector;
    };
    return { log, set, allBut };
  }

  it("stores a set of few actors as it is, and a larger one as the difference if that is at most half as large", () => {
    const entries = (actors: number, missing: number, unknown = 0) => {
      const { set, allBut } = logOf(actors);
      const vector = allBut(missing);
      for (let n = 0; n < unknown; n++) vector.add([`x${n}@1`, 1, 1]);
      set.assign(vector);
      return set.entryCount;
    };
    expect([entries(15, 0), entries(16, 0)]).toEqual([15, 0]);
    expect([entries(39, 13), entries(39, 14)]).toEqual([13, 25]);
    expect([entries(40, 0, 40), entries(40, 0, 41)]).toEqual([40, 81]);
  });

  it("stores a set that lacks most of this node's values as it is, unless there are few actors", () => {
    const entries = (actors: number, missing: number) => {
      const { log, set, allBut } = logOf(actors, true);
      for (const range of allBut(missing).ranges()) set.add(range);
      expect(set.covers(log.known)).toBe(false);
      set.chooseForm();
      return set.entryCount;
    };
    const few = 64;
    expect([entries(few, few), entries(few + 1, few + 1)]).toEqual([few, 0]);
    // The set has 40 values, and lacks most of the others, or all of a few.
    expect([entries(120, 80), entries(90, 50)]).toEqual([40, 50]);
  });

  it("takes few entries again some changes after it has grown", () => {
    const { log, set } = logOf(1_000);
    const changes = () => {
      for (const range of log.known.ranges()) set.add(range);
    };
    changes();
    changes();
    expect(set.entryCount).toBe(0);
    expect(set.covers(log.known)).toBe(true);
    for (let n = 0; n < 1_000; n++) set.remove([`n${n}@1`, 1, 1]);
    for (let time = 0; time < 1_000; time++) set.remove(["n0@1", 1, 1]);
    expect(set.entryCount).toBe(0);
    expect(set.lacks(log.known).actorCount).toBe(1_000);
  });

  it("does not depend on values that are far behind when arrival numbers change", () => {
    const entries = (values: number) => {
      const log = new ValueLog("own@1");
      const set = new PeerVector(log);
      log.merge(
        [["n1@1", 1, values]],
        Array.from({ length: values }, (_, index) => index),
        [0],
      );
      set.settle();
      expect(set.lacks(log.known).isEmpty).toBe(false);
      return set.entryCount;
    };
    expect([entries(4_096), entries(4_097)]).toEqual([1, 0]);
  });

  it("says of each dot of this node whether the set has it, in either form", () => {
    for (const isBefore of [false, true]) {
      const { set } = logOf(20, isBefore);
      set.add(["n3@1", 1, 1]);
      expect([set.hasOwn(ACTOR_NUMBERS.add("n3@1"), 1), set.hasOwn(ACTOR_NUMBERS.add("n4@1"), 1)]).toEqual([
        true,
        false,
      ]);
    }
  });

  it("unites two sets, whichever form each of them has", () => {
    const { log } = logOf(20);
    const but = (missing: string, unknown: string) => {
      const vector = log.known.copy();
      vector.remove([missing, 1, 1]);
      vector.add([unknown, 1, 1]);
      return vector;
    };
    const few = (...actors: string[]) => VersionVector.of(actors.map((actor): DotRange => [actor, 1, 1]));
    // The first two are stored as differences, the others as they are.
    const vectors = [but("n1@1", "x1@1"), but("n2@1", "x2@1"), few("n1@1", "x3@1"), few("n2@1", "n3@1")];
    for (const one of vectors)
      for (const other of vectors) {
        const sets = [one, other].map((vector) => {
          const set = new PeerVector(log);
          set.assign(vector.copy());
          return set;
        });
        const union = new PeerVector(log);
        union.assignUnion(...(sets as [PeerVector, PeerVector]));
        const expected = one.copy();
        expected.merge(other);
        expect(dots(union.toVector().ranges())).toEqual(dots(expected.ranges()));
        expect([...union.lacks(log.known).ranges()]).toEqual([...log.known.without(expected)]);
      }
  });

  it("keeps what it has when this node learns that it will not come here, in either form", () => {
    for (const isBefore of [false, true]) {
      const { log, set } = logOf(20, isBefore);
      const gone: DotRange[] = [
        ["x1@1", 1, 1],
        ["x2@1", 1, 1],
      ];
      set.add(["x1@1", 1, 1]);
      set.skip(gone);
      for (const range of gone) log.known.add(range);
      expect(dots(set.toVector().ranges())).toEqual(["x1@1#1"]);
      expect([...set.lacks(VersionVector.of(gone)).ranges()]).toEqual([["x2@1", 1, 1]]);
    }
  });
});
