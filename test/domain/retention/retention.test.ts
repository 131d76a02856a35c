import { describe, expect, it } from "vitest";
import type { RetentionGroups } from "../../../src/domain/retention/retention.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";
import { HEALING, retainingMember as member } from "../support/retaining-member.js";

describe("Retention", () => {
  it("keeps what one neighbour is not known to have, until it has it or does not answer any more", () => {
    const { clock, log, peers, accept } = member({ maxAge: 20_000 });
    for (let value = 1; value <= 3; value++) accept(value);
    peers.of("b").confirm([["a@1", 1, 3]]);
    peers.of("c").confirm([["a@1", 1, 1]]);
    clock.advance(60_000);
    expect(log.values()).toEqual([2, 3]);
    peers.of("c").confirm([["a@1", 2, 1]]);
    clock.advance(60_000);
    expect(log.values()).toEqual([3]);
    peers.of("c").markSuspect();
    clock.advance(60_000);
    expect(log.values()).toEqual([]);
  });

  it("deletes many values in parts, and sends and receives in between", () => {
    const { clock, log, peers, accept } = member({ maxCount: 10 });
    for (let value = 1; value <= 99_990; value++) accept(value);
    clock.advance(1);
    for (let value = 99_991; value <= 100_000; value++) accept(value);
    for (const neighbour of ["b", "c"]) peers.of(neighbour).confirm([["a@1", 1, 100_000]]);
    clock.advance(59_998);
    let largest = 0;
    let parts = 0;
    while (clock.now() < 62_000) {
      const before = log.heldCount;
      clock.step();
      const deleted = before - log.heldCount;
      if (deleted > 0) parts++;
      largest = Math.max(largest, deleted);
      // A member that turns out to lack a value keeps the rest of the parts from deleting it.
      if (parts === 3)
        peers.of("b").reconcile(VersionVector.of([["a@1", 1, 90_000]]), new VersionVector(), clock.now());
    }
    expect(largest).toBeLessThan(4_000);
    expect(parts).toBeGreaterThan(20);
    expect(log.heldCount).toBe(10_000);
  });

  it("keeps everything for the time in which the cluster heals, whatever the policy says", () => {
    const { clock, log, peers, accept } = member({ maxAge: 1, maxCount: 1 });
    accept(1);
    accept(2);
    for (const neighbour of ["b", "c"]) peers.of(neighbour).confirm([["a@1", 1, 2]]);
    clock.advance(HEALING);
    expect(log.values()).toEqual([1, 2]);
    clock.advance(HEALING);
    expect(log.values()).toEqual([]);
  });

  it("still knows what it has let go of, and can say what of that another one lacks", () => {
    const { clock, log, peers, accept } = member({ maxAge: 20_000 });
    for (let value = 1; value <= 3; value++) accept(value);
    for (const neighbour of ["b", "c"]) peers.of(neighbour).confirm([["a@1", 1, 3]]);
    clock.advance(60_000);
    accept(4);
    expect(log.known.has("a@1", 2)).toBe(true);
    expect([...log.held.ranges()]).toEqual([["a@1", 4, 1]]);
    const theirs = new VersionVector();
    theirs.add(["a@1", 1, 1]);
    expect([...log.compactedBeyond(theirs).ranges()]).toEqual([["a@1", 2, 2]]);
  });

  it("gives groups limits of their own, in which other values do not count", () => {
    const even = { maxCount: 10 };
    const tens = { maxAge: 100_000 };
    const groups: RetentionGroups = {
      limitsOf: (value) => (Number(value) % 10 === 0 ? tens : Number(value) % 2 === 0 ? even : undefined),
      all: () => [even, tens],
    };
    const { clock, log, peers, accept } = member({ maxCount: 30 }, groups);
    for (let value = 1; value <= 100; value++) {
      accept(value);
      clock.advance(1);
    }
    for (const neighbour of ["b", "c"]) peers.of(neighbour).confirm([["a@1", 1, 100]]);
    clock.advance(65_000);
    const kept = (group: unknown) => log.values().filter((value) => groups.limitsOf(value) === group);
    expect(kept(undefined)).toEqual(Array.from({ length: 30 }, (_, index) => 41 + 2 * index));
    expect(kept(even)).toEqual([76, 78, 82, 84, 86, 88, 92, 94, 96, 98]);
    expect(kept(tens)).toHaveLength(10);
    clock.advance(100_000);
    expect(kept(tens)).toEqual([]);
    expect(kept(undefined)).toHaveLength(30);
  });

  it("has no timer while there is nothing to let go of", () => {
    const { clock, peers, accept } = member({ maxAge: 20_000 });
    accept(1);
    for (const neighbour of ["b", "c"]) peers.of(neighbour).confirm([["a@1", 1, 1]]);
    clock.advance(60_000);
    expect(clock.step()).toBe(false);
  });
});

describe("a ValueLog that is told that values are gone", () => {
  it("counts them as known, tells of each once, and believes nobody about its own", () => {
    const missed: unknown[] = [];
    const log = new ValueLog("a@1", () => {}, { missed: (dots) => missed.push(...dots) });
    log.merge([["b@1", 2, 1]], ["here"], [0]);
    const gone = new VersionVector();
    for (const author of ["a@1", "b@1"]) gone.add([author, 1, 3]);
    log.compactTo(gone);
    log.compactTo(gone);
    expect(missed).toEqual([
      ["b@1", 1, 1],
      ["b@1", 3, 1],
    ]);
    expect(log.values()).toEqual(["here"]);
    expect(log.merge([["b@1", 1, 1]], ["too late"], [0])).toEqual([]);
    expect(log.accept("first", 0)).toBe(true);
    expect([...log.valuesOf(["a@1", 1, 1])]).toEqual(["first"]);
  });
});
