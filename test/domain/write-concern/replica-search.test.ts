import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { Identity } from "../../../src/domain/identity/identity.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";
import type { WaitingClient } from "../../../src/domain/write-concern/pending-write.js";
import { PendingWrites } from "../../../src/domain/write-concern/pending-writes.js";
import { firstSearch, ReplicaSearch } from "../../../src/domain/write-concern/replica-search.js";
import { RecordingRouter } from "../support/recording-router.js";

const OWN = "n0@1";
const OTHERS = ["n1", "n2", "n3", "n4", "n5", "n6", "n7"];

describe("The first search for a value", () => {
  it.each([
    ["when its holders should be known", { timeout: 60_000, usual: 2_000, after: 2_000 }],
    ["early enough for a few queries", { timeout: 5_400, usual: 60_000, after: 4_050 }],
    ["after half of a short timeout", { timeout: 1_350, usual: 60_000, after: 675 }],
  ])("takes place %s", (_, { timeout, usual, after }) => {
    expect(firstSearch(500, timeout, usual)).toBe(500 + after);
  });
});

/** `n0` of eight members, with the values 1 to 3 of its own. Nothing is durable on it. */
function searching() {
  const clock = new FakeClock();
  const identity = new Identity({ self: "n0", members: ["n0", ...OTHERS] }, { incarnation: 1 });
  const values = new ValueLog(OWN);
  for (const value of ["a", "b", "c"]) values.accept(value, 0);
  const writes = new PendingWrites("n0");
  const router = new RecordingRouter(clock, OTHERS);
  const search = new ReplicaSearch({ identity, clock, values, writes });
  search.connect(router);
  /** A client waits for a value since now, and searches for it then, in ms. */
  const wait = (number: number, searchAt: number, nodes: WaitingClient["nodes"] = "all") => {
    const value = writes.at(OWN, number);
    const client = {
      nodes,
      replyWithin: 1000,
      cameAt: clock.now(),
      searchAt,
      searches: 0,
      cancel: () => {},
      answer: () => {},
    };
    value.clients.add(client);
    search.plan(client);
    return value;
  };
  /** When the members were queried since the last call, and whom. */
  const asked = () => {
    const times = new Map<number, string[]>();
    for (const { at, to } of router.queries.splice(0)) times.set(at, [...(times.get(at) ?? []), to]);
    return [...times];
  };
  return { clock, values, writes, router, search, wait, asked };
}

describe("ReplicaSearch", () => {
  it("queries every member that is not known to have the value, and sends the value with the query", () => {
    const { clock, router, wait } = searching();
    wait(1, 500).holders.add("n2");
    clock.advance(499);
    expect(router.queries).toEqual([]);
    clock.advance(1);
    expect(router.queries.map(({ to }) => to)).toEqual(["n1", "n3", "n4", "n5", "n6", "n7"]);
    expect(router.queries[0]).toEqual({
      at: 500,
      to: "n1",
      query: { count: 1, within: 0, vector: [[OWN, [[1, 1]]]] },
      dots: [[OWN, 1, 1]],
    });
  });

  it("does not send a value that this node has deleted", () => {
    const { clock, values, router, wait } = searching();
    values.compact([[OWN, 1, 1]]);
    wait(1, 500);
    wait(2, 500);
    clock.advance(500);
    expect(router.queries[0]).toMatchObject({ query: { vector: [[OWN, [[1, 2]]]] }, dots: [[OWN, 2, 1]] });
  });

  it("repeats the open queries first, without the value, and queries all others after the usual pause", () => {
    const { clock, router, wait, asked } = searching();
    wait(1, 500).queried.add("n3");
    clock.advance(500);
    expect(router.queries).toEqual([
      { at: 500, to: "n3", query: { count: 1, within: 0, vector: [[OWN, [[1, 1]]]] }, dots: [] },
    ]);
    asked();
    clock.advance(router.searchPause - 1);
    expect(router.queries).toEqual([]);
    clock.advance(1);
    expect(asked()).toEqual([[500 + router.searchPause, OTHERS]]);
  });

  it("queries a few more members than it needs, and all of them if that was not enough", () => {
    const { clock, wait, asked } = searching();
    wait(1, 500, 2);
    clock.advance(2_500);
    expect(asked().map(([, members]) => members)).toEqual([OTHERS.slice(0, 3), OTHERS]);
  });

  it("queries nobody if enough other members have the value and only this node's journal is awaited", () => {
    const { clock, wait, asked } = searching();
    wait(1, 500, 2).holders.add("n5");
    clock.advance(10_000);
    expect(asked()).toEqual([]);
  });

  it("pauses ever longer up to a limit, and no less than values are searched for together", () => {
    const gaps = (searchPause: number) => {
      const { clock, router, wait, asked } = searching();
      router.searchPause = searchPause;
      wait(1, 0);
      clock.advance(16_000);
      const times = asked().map(([at]) => at);
      return times.slice(1, 6).map((at, index) => at - (times[index] ?? 0));
    };
    expect(gaps(1_000)).toEqual([1_500, 2_250, 3_375, 4_000, 4_000]);
    expect(gaps(120)).toEqual([250, 270, 405, 607.5, 911.25]);
  });

  it("searches for values together that are due soon after one another, and for later ones at their time", () => {
    const { clock, router, wait } = searching();
    wait(1, 1_000);
    clock.advance(900);
    wait(2, 1_250);
    wait(3, 1_251);
    clock.advance(352);
    const about = router.queries.flatMap(({ at, to, query }) => (to === "n1" ? [[at, query.vector]] : []));
    expect(about[0]).toEqual([1_000, [[OWN, [[1, 2]]]]]);
    expect(about.slice(1).map(([at]) => at)).toEqual([1_251]);
  });

  it("takes values along whose clients have waited for half of their time, to members that may lack them", () => {
    const { clock, router, wait } = searching();
    wait(1, 1_000);
    wait(2, 2_000).holders.add("n1");
    clock.advance(1);
    wait(3, 2_002);
    clock.advance(999);
    const asked = router.queries.map(({ to, query }) => [to, query.vector]);
    expect(asked.slice(0, 2)).toEqual([
      ["n1", [[OWN, [[1, 1]]]]],
      ["n2", [[OWN, [[1, 2]]]]],
    ]);
  });

  it("counts half of the time from when the client came", () => {
    const { clock, router, wait } = searching();
    wait(1, 1_000);
    clock.advance(600);
    wait(2, 1_400);
    wait(3, 1_402);
    clock.advance(400);
    expect(router.queries[0]).toMatchObject({ at: 1_000, query: { vector: [[OWN, [[1, 2]]]] } });
  });

  it("takes nothing along where it only repeats an open query", () => {
    const { clock, router, wait } = searching();
    wait(1, 1_000).queried.add("n1");
    wait(2, 2_000);
    clock.advance(1_000);
    expect(router.queries.map(({ to, query }) => [to, query.vector])).toEqual([["n1", [[OWN, [[1, 1]]]]]]);
  });

  it("has one timer, for the client that is due first, and none for a client that never searches", () => {
    const { clock, search, wait, asked } = searching();
    wait(1, Number.POSITIVE_INFINITY);
    expect(clock.nextDue()).toBeUndefined();
    wait(1, 5_000);
    wait(2, 9_000);
    expect(clock.nextDue()).toBe(5_000);
    wait(3, 1_000);
    expect(clock.nextDue()).toBe(1_000);
    search.stop();
    expect(clock.nextDue()).toBeUndefined();
    expect(asked()).toEqual([]);
  });

  it("searches again for a client that comes after all others have stopped", () => {
    const { clock, search, wait, asked } = searching();
    wait(1, 1_000);
    search.stop();
    wait(2, 3_000);
    clock.advance(3_000);
    expect(asked().map(([at]) => at)).toEqual([3_000]);
  });
});
