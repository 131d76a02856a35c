import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { Identity } from "../../../src/domain/identity/identity.js";
import type { PendingWrite, Requester, WaitingClient } from "../../../src/domain/write-concern/pending-write.js";
import { PendingWrites } from "../../../src/domain/write-concern/pending-writes.js";
import { QueryPlanner } from "../../../src/domain/write-concern/query-planner.js";
import { RecordingRouter } from "../support/recording-router.js";

const ACTOR = "n0@1";

/** `n0` of four members. The values of its clients, and of `n3`, go to `n1` and `n2`. */
function planning() {
  const clock = new FakeClock();
  const identity = new Identity({ self: "n0", members: ["n0", "n1", "n2", "n3"] }, { incarnation: 1 });
  const writes = new PendingWrites("n0");
  const router = new RecordingRouter(clock, ["n1", "n2"]);
  const gaveUp: { at: number; numbers: number[] }[] = [];
  const planner = new QueryPlanner({ identity, clock }, writes, (values) =>
    gaveUp.push({ at: clock.now(), numbers: values.map(({ number }) => number) }),
  );
  planner.connect(router);
  /** A client waits for a value that is durable here. */
  const wait = (number: number, nodes: WaitingClient["nodes"], replyWithin = Number.POSITIVE_INFINITY) => {
    const value = writes.at(ACTOR, number);
    value.holders.add("n0");
    const client = {
      nodes,
      replyWithin,
      cameAt: 0,
      searchAt: 0,
      searches: 0,
      cancel: () => {},
      answer: () => {},
    };
    value.clients.add(client);
    return value;
  };
  /** A member asks about a value that is durable here. */
  const ask = (from: string, number: number, requester: Partial<Requester> = {}) => {
    const value = writes.at(ACTOR, number);
    value.holders.add("n0");
    const usual = { count: 2, within: 400, isRelayed: true, reported: 0, isServed: false, until: 1_000 };
    value.requesters.set(from, { ...usual, ...requester });
    return value;
  };
  const about = (member: string, numbers: [number, number] = [1, 1], isDirect = false) =>
    planner.about(member, [[ACTOR, numbers[0], numbers[1]]], isDirect);
  const sent = () => router.queries.splice(0).map(({ to, query }) => [to, query.vector]);
  return { clock, writes, router, planner, gaveUp, wait, ask, about, sent };
}

/** What a query says about the first values. */
const vector = (last: number) => [[ACTOR, [[1, last]]]];

describe("A query that rides on a message", () => {
  it.each([
    [[Number.POSITIVE_INFINITY], 1_000, 500],
    [[600], 600, 500],
    [[600, 30], 30, 30],
    [[0, 600], 0, 0],
  ])("gives replies the time that its clients give them (%j ms)", (times, relayed, direct) => {
    const { wait, about } = planning();
    for (const time of times) wait(1, "all", time);
    expect(about("n1")).toMatchObject({ within: relayed });
    expect(about("n2", [1, 1], true)).toMatchObject({ within: direct });
  });

  it("is about those values of the message that somebody waits for", () => {
    const { wait, about } = planning();
    wait(2, "all");
    wait(4, "all");
    expect(about("n1", [1, 3])).toMatchObject({ vector: [[ACTOR, [[2, 2]]]] });
    expect(about("n1", [5, 9])).toBeUndefined();
  });

  it("goes to as many neighbours as are needed, in the order of the router", () => {
    const { wait, about } = planning();
    wait(1, 2);
    expect(about("n2")).toBeUndefined();
    expect(about("n1")).toMatchObject({ count: 1, vector: vector(1) });
    expect(about("n2")).toBeUndefined();
  });

  it("goes to every neighbour if all are needed, and names the number of missing members", () => {
    const { wait, about } = planning();
    wait(1, "all");
    expect(about("n2")).toMatchObject({ count: 3 });
    expect(about("n1")).toMatchObject({ count: 3 });
  });

  it("goes with the value to any other member as well if every neighbour is needed", () => {
    const { wait, about } = planning();
    wait(1, 2);
    expect(about("n3")).toBeUndefined();
    wait(1, 3);
    expect(about("n3")).toMatchObject({ count: 2, vector: vector(1) });
  });

  it("needs one member less for each that has the value, and none from a member that has it or asks for it", () => {
    const { wait, ask, about } = planning();
    const value = wait(1, "all");
    value.holders.add("n1");
    expect(about("n1")).toBeUndefined();
    expect(about("n2")).toMatchObject({ count: 2 });
    ask("n2", 1);
    expect(about("n2")).toBeUndefined();
  });

  it("is not needed for a value that enough members have, nor for a requester that wants this node alone or is served", () => {
    const { wait, ask, about } = planning();
    wait(1, 2).holders.add("n3");
    ask("n3", 2, { count: 1 });
    ask("n3", 3, { isServed: true });
    ask("n3", 4, { isRelayed: false });
    expect(about("n1", [1, 4])).toBeUndefined();
  });

  it("is repeated with a value that is sent again, even after the reply has been given up", () => {
    const { clock, router, wait, about } = planning();
    wait(1, 2);
    expect(about("n1")).toBeDefined();
    expect(about("n1")).toBeDefined();
    clock.advance(router.replyTime + 1_000);
    expect(about("n1")).toBeDefined();
  });

  it("is not repeated once enough members have the value", () => {
    const { wait, about } = planning();
    const value = wait(1, 2);
    about("n1");
    value.holders.add("n3");
    expect(about("n1")).toBeUndefined();
  });

  it("leaves a client's members the whole time to reply, and those of a requester half of what that has", () => {
    const { wait, ask, about } = planning();
    wait(1, "all");
    expect(about("n1")?.within).toBe(1_000);
    ask("n3", 2, { within: 400 });
    ask("n3", 3, { within: 600 });
    expect(about("n1", [1, 3])?.within).toBe(200);
  });

  it("asks each member for itself if the values go to all directly, and to reply soon unless all are needed", () => {
    const { wait, about } = planning();
    wait(1, "all");
    expect(about("n1", [1, 1], true)).toMatchObject({ count: 1, within: 500 });
    wait(2, 3);
    expect(about("n1", [1, 2], true)).toMatchObject({ count: 1, within: 0 });
  });
});

describe("A query about values that a neighbour has already", () => {
  it("is sent alone, one for all values, unless a value is still to leave for the neighbour", () => {
    const { router, planner, wait, sent } = planning();
    router.waiting.add("n2");
    planner.sendFor([wait(1, "all"), wait(2, "all")]);
    expect(sent()).toEqual([["n1", vector(2)]]);
    router.waiting.clear();
    planner.sendFor([wait(1, "all"), wait(2, "all")]);
    expect(sent()).toEqual([["n2", vector(2)]]);
  });

  it("goes to as many neighbours as are needed, and to a further one once a reply is given up", () => {
    const { planner, writes, wait, sent, clock, router } = planning();
    planner.sendFor([wait(1, 2)]);
    planner.sendFor([...writes.all()]);
    expect(sent()).toEqual([["n1", vector(1)]]);
    clock.advance(router.replyTime + 1_000);
    planner.sendFor([...writes.all()]);
    expect(sent()).toEqual([["n2", vector(1)]]);
  });

  it("leaves out the requester, and members that have replied or have the value", () => {
    const { planner, ask, sent } = planning();
    const value = ask("n1", 1, { count: 5 });
    planner.sendFor([value]);
    expect(sent()).toEqual([["n2", vector(1)]]);
    const known = ask("n3", 2, { count: 5 });
    known.holders.add("n1");
    known.replied.add("n2");
    planner.sendFor([known]);
    expect(sent()).toEqual([]);
  });

  it("goes where a client's value goes if a client waits, and where a requester's goes otherwise", () => {
    const { router, planner, wait, ask, sent } = planning();
    router.targets = (from) => (from === undefined ? ["n1", "n2"] : ["n2"]);
    planner.sendFor([ask("n3", 1, { count: 5 })]);
    expect(sent()).toEqual([["n2", vector(1)]]);
    wait(1, "all");
    planner.sendFor([ask("n3", 1, { count: 5 })]);
    expect(sent()).toEqual([["n1", vector(1)]]);
  });

  it("goes to nobody further while more replies are awaited than are needed", () => {
    const { router, planner, wait, sent } = planning();
    router.targets = () => ["n1", "n2", "m1", "m2"];
    const value = wait(1, 3);
    planner.sendFor([value]);
    expect(sent().map(([to]) => to)).toEqual(["n1", "n2"]);
    value.holders.add("n3");
    planner.sendFor([value]);
    expect(sent()).toEqual([]);
  });
});

describe("A reply", () => {
  it("is given up after the member's time and the time that it may wait for a message", () => {
    const { clock, router, gaveUp, wait, about } = planning();
    wait(1, "all");
    wait(2, "all");
    about("n1", [1, 2]);
    const due = router.replyTime + 1_000;
    clock.advance(due - 1);
    expect(gaveUp).toEqual([]);
    clock.advance(1);
    expect(gaveUp).toEqual([{ at: due, numbers: [1, 2] }]);
  });

  it("is not given up for values about which the member has replied", () => {
    const { clock, gaveUp, wait, about } = planning();
    const replied: PendingWrite = wait(1, "all");
    wait(2, "all");
    about("n1", [1, 2]);
    replied.queried.delete("n1");
    clock.advance(10_000);
    expect(gaveUp.map(({ numbers }) => numbers)).toEqual([[2]]);
    expect(replied.replied.has("n1")).toBe(false);
  });

  it("is awaited without end if the member's time is unknown, and no more once the router changes", () => {
    const { clock, router, planner, wait, about } = planning();
    router.replyTime = Number.POSITIVE_INFINITY;
    wait(1, "all");
    about("n1");
    expect(clock.nextDue()).toBeUndefined();
    router.replyTime = 300;
    about("n1");
    expect(clock.nextDue()).toBe(1_300);
    planner.connect(router);
    expect(clock.nextDue()).toBeUndefined();
  });
});

it("Without values that somebody waits for, nothing is asked", () => {
  const { planner, about, sent } = planning();
  expect(about("n1")).toBeUndefined();
  planner.sendFor([]);
  expect(sent()).toEqual([]);
});
