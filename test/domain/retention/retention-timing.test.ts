import { describe, expect, it } from "vitest";
import { NO_GROUPS } from "../../../src/domain/retention/retention.js";
import { HEALING, retainingMember as member } from "../support/retaining-member.js";

describe("The timer of Retention", () => {
  it("waits a tenth of the shortest maximum age, of the node and of all groups", () => {
    const groups = { limitsOf: () => undefined, all: () => [{ maxAge: 40_000 }, { maxAge: 900_000 }] };
    const { clock, accept } = member({ maxAge: 500_000 }, groups);
    accept(1);
    const before = clock.now();
    clock.step();
    expect(clock.now() - before).toBe(4_000);
  });

  it.each([
    [{ maxAge: 1 }, 1_000],
    [{ maxAge: 86_400_000 }, 60_000],
  ])("waits within bounds for %o", (policy, pause) => {
    const { clock, accept } = member(policy);
    accept(1);
    clock.step();
    expect(clock.now()).toBe(pause);
  });

  it("is not set while no limit can be exceeded", () => {
    const groups = { limitsOf: () => undefined, all: () => [{ maxCount: 100 }, {}] };
    const { clock, accept } = member({ maxCount: 10 }, groups);
    for (let value = 1; value <= 11; value++) accept(value);
    // 10 % more than the maximum are not worth a scan.
    expect(clock.step()).toBe(false);
    accept(12);
    expect(clock.step()).toBe(true);
  });

  it("is stopped for good by the end of the session", () => {
    const { clock, retention, accept } = member({ maxAge: 20_000 });
    accept(1);
    retention.close();
    expect(clock.step()).toBe(false);
    accept(2);
    expect(clock.step()).toBe(false);
  });
});

it("Retention that has ended sets no timer for values that come later", () => {
  const { clock, retention, accept } = member({ maxAge: 20_000 });
  retention.close();
  accept(1);
  expect(clock.step()).toBe(false);
});

describe("The parts of a sweep", () => {
  /** Numbers of values that each part deletes, where `counts` values of each member are too old. */
  function partsOf(...counts: readonly number[]): number[] {
    return sweepOf(...counts).parts.map(({ count }) => count);
  }

  /** The parts of the same sweep with their times, and the dots that the journal forgets. */
  function sweepOf(...counts: readonly number[]) {
    const { clock, log, retention, forgotten } = member({ maxAge: 1 }, NO_GROUPS, ["a"]);
    for (const [index, count] of counts.entries())
      log.merge(
        [[`m${index}@1`, 1, count]],
        Array.from({ length: count }, (_, value) => `${index}-${value}`),
        Array(count).fill(0),
      );
    clock.advance(HEALING + 1);
    retention.valuesArrived();
    const parts: { readonly at: number; readonly count: number }[] = [];
    for (let before = log.heldCount; clock.now() < 60_000 && clock.step(); before = log.heldCount)
      if (log.heldCount < before) parts.push({ at: clock.now(), count: before - log.heldCount });
    return { parts, forgotten };
  }

  it("have 1,000 values, of several members if need be", () => {
    expect(partsOf(600, 700, 900)).toEqual([1_000, 1_000, 200]);
  });

  it("tell the journal of the dots that they delete, and of no empty range", () => {
    expect(sweepOf(600, 700).forgotten).toEqual([
      ["m0@1", 1, 600],
      ["m1@1", 1, 400],
      ["m1@1", 401, 300],
    ]);
    expect(sweepOf(1_000, 700).forgotten).toEqual([
      ["m0@1", 1, 1_000],
      ["m1@1", 1, 700],
    ]);
  });

  it("are 5 ms apart", () => {
    const times = sweepOf(3_000).parts.map(({ at }) => at);
    expect(times.map((at) => at - (times[0] as number))).toEqual([0, 5, 10]);
  });

  it("are larger in a large sweep, and 32 at most", () => {
    expect(partsOf(33_000)).toHaveLength(32);
  });
});

describe("Retention without a reachable target", () => {
  it("keeps everything while all others are suspects", () => {
    const { clock, log, peers, accept } = member({ maxAge: 20_000 });
    accept(1);
    for (const neighbour of ["b", "c"]) {
      peers.of(neighbour).confirm([["a@1", 1, 1]]);
      peers.of(neighbour).markSuspect();
    }
    clock.advance(120_000);
    expect(log.values()).toEqual([1]);
    peers.of("b").markAlive();
    clock.advance(10_000);
    expect(log.values()).toEqual([]);
  });

  it("deletes old values in a cluster of one", () => {
    const { clock, log, accept } = member({ maxAge: 20_000 }, NO_GROUPS, ["a"]);
    accept(1);
    clock.advance(60_000);
    expect(log.values()).toEqual([]);
  });

  it("ends a sweep under way when the last target fails, and goes on when it is back", () => {
    const { clock, log, peers, accept } = member({ maxAge: 20_000 });
    for (let value = 1; value <= 2_500; value++) accept(value);
    for (const neighbour of ["b", "c"]) peers.of(neighbour).confirm([["a@1", 1, 2_500]]);
    while (log.heldCount === 2_500) clock.step();
    // One part has at least 1,000 values.
    expect(log.heldCount).toBe(1_500);
    for (const neighbour of ["b", "c"]) peers.of(neighbour).markSuspect();
    clock.advance(120_000);
    expect(log.heldCount).toBe(1_500);
    peers.of("b").markAlive();
    clock.advance(10_000);
    expect(log.heldCount).toBe(0);
  });
});

it("Retention keeps exactly the latest values up to the maximum", () => {
  const { clock, log, peers, accept } = member({ maxCount: 10 });
  for (let value = 1; value <= 12; value++) {
    accept(value);
    clock.advance(1);
  }
  for (const neighbour of ["b", "c"]) peers.of(neighbour).confirm([["a@1", 1, 12]]);
  clock.advance(60_000);
  expect(log.values()).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});
