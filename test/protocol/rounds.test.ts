import { describe, expect, it } from "vitest";
import { ROUNDS } from "../../src/domain/config.js";
import type { Gossip } from "../../src/domain/messages.js";
import { quantile, startCluster, type TestCluster } from "../support/cluster.js";
import { LoneNode } from "../support/lone-node.js";
import { downcastTimes, isGossip, isRoundMessage, periodOf } from "./support/rounds.js";

const LATENCY = 100;
const GUARD = 40;
const frugal = { median: 1060, max: 1950, guard: GUARD, acknowledgementDelay: 6000 };
/** The same room for each height: periods of 0.7 s and more. */
const deep = { median: 1300, max: 2100, guard: GUARD };

/** A star with rounds under way: `n2` has a value in each, and the clock stands at the last downcast. */
function roundsUnderWay(latency: Parameters<typeof startCluster>[0]["latency"] = () => LATENCY) {
  const cluster = startCluster({ size: 5, settings: frugal, latency });
  let next = 0;
  const keepGoing = (duration: number) => {
    for (const end = cluster.clock.now() + duration; cluster.clock.now() < end; cluster.run(100))
      cluster.broadcast("n2", `background ${next++}`);
  };
  keepGoing(10_000);
  const period = periodOf(cluster);
  const last = downcastTimes(cluster).at(-1) as number;
  const until = (time: number) => cluster.run(time - cluster.clock.now());
  return { cluster, period, last, keepGoing, until };
}

const latencyOf = (cluster: TestCluster, stranger: number) => cluster.latencies()[stranger] as number;

describe("aligned rounds", () => {
  it.each([
    [1, 25, 32],
    [2, 25, 5],
    [3, 40, 3],
  ])("let a value wait once, not once a hop (height %i)", (height, size, fanOut) => {
    const cluster = startCluster({ size, settings: { ...deep, fanOut } });
    cluster.run(2000);
    cluster.load(40, 30_000);
    cluster.run(5000);
    const period = periodOf(cluster);
    const travel = height * (2 * LATENCY + GUARD);
    const latencies = cluster.latencies();
    expect(quantile(latencies, 1)).toBeLessThanOrEqual(period + travel + 30);
    expect(quantile(latencies, 0.5)).toBeLessThanOrEqual(period / 2 + travel + 50);
    expect(quantile(latencies, 0.5)).toBeLessThanOrEqual(deep.median);
    expect(period).toBeGreaterThan(500);
  });

  it("have the period that the budget leaves room for", () => {
    const { period } = roundsUnderWay();
    expect(period).toBeCloseTo(1630, 0);
  });

  it("bring the upcasts of a round to the root within the guard before the downcast leaves", () => {
    const cluster = startCluster({ size: 25, settings: frugal });
    cluster.load(50, 30_000);
    const downcasts = downcastTimes(cluster, 8000);
    const arrivals = cluster.sent
      .filter((message) => message.to === "n0" && isGossip(message) && message.at > 8000)
      .map(({ at }) => at + LATENCY)
      .filter((at) => at < (downcasts.at(-1) as number));
    expect(arrivals.length).toBeGreaterThan(100);
    const waits = arrivals.map((arrival) => (downcasts.find((time) => time >= arrival) as number) - arrival);
    const early = waits.filter((wait) => wait > GUARD + 1);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...waits)).toBeLessThanOrEqual(GUARD + ROUNDS.headStart + 1);
    // A head start is for the upcasts whose oldest value came just after the last one.
    expect(early.length / waits.length).toBeLessThan(0.2);
  });

  it("give an upcast a head start whose oldest value came just after the last one", () => {
    const { cluster, period, last, keepGoing, until } = roundsUnderWay();
    const next = last + period - GUARD - LATENCY;
    until(next + 10);
    cluster.broadcast("n1", "tight");
    until(next + period - ROUNDS.headStart / 2);
    cluster.broadcast("n1", "after the head start");
    keepGoing(period);
    cluster.run(3000);
    const departureOf = (value: string) =>
      cluster.sent.find(({ from, body }) => from === "n1" && body.type === "gossip" && body.values.includes(value))?.at;
    expect(departureOf("tight")).toBeCloseTo(next + period - ROUNDS.headStart, 0);
    // A second upcast for the same round: waiting for the next one would break the budget.
    expect(departureOf("after the head start")).toBeCloseTo(next + period, 0);
  });

  it("give a leaf with many values no head start: a second upcast would follow almost every time", () => {
    const { cluster, last, keepGoing } = roundsUnderWay();
    keepGoing(10_000);
    const downcasts = downcastTimes(cluster);
    const end = downcasts.at(-1) as number;
    const upcasts = cluster.sent.filter(({ from, at }) => from === "n2" && at > last && at < end - LATENCY);
    expect(upcasts.length).toBeGreaterThan(2);
    for (const { at } of upcasts) {
      const arrival = at + LATENCY;
      expect((downcasts.find((time) => time >= arrival) as number) - arrival).toBeCloseTo(GUARD, 0);
    }
  });

  it("cost an edge at most one message a round each way", () => {
    const cluster = startCluster({ size: 25, settings: frugal });
    cluster.load(200, 30_000);
    const period = periodOf(cluster);
    const messages = cluster.sent.filter((message) => message.at >= 10_000 && isRoundMessage(message));
    expect(messages.length).toBeLessThanOrEqual(48 * Math.ceil(20_000 / period + 1));
  });

  it("send a late upcast on within its deadline", () => {
    let held: number | undefined;
    const { cluster, period, last, keepGoing, until } = roundsUnderWay((flight) =>
      flight.from === "n1" && held !== undefined ? LATENCY + held : LATENCY,
    );
    // 800 ms before the upcast of n1 that is 200 ms late.
    until(last + period - GUARD - LATENCY - 800);
    held = 200;
    cluster.broadcast("n1", "late");
    cluster.run(805);
    held = undefined;
    keepGoing(5000);
    cluster.run(5000);
    // Waiting for the next round would take 800 + 100 + 200 + 1470 + 100 ms and more.
    const lateBy = cluster.sent.find(
      ({ from, body }) => from === "n0" && body.type === "gossip" && body.values.includes("late"),
    )?.at as number;
    const acceptedAt = last + period - GUARD - LATENCY - 800;
    expect(lateBy + LATENCY - acceptedAt).toBeLessThanOrEqual(frugal.max);
    expect(lateBy + LATENCY - acceptedAt).toBeGreaterThan(1000);
  });

  it("send several late upcasts on together", () => {
    const held = new Map<string, number>();
    const { cluster, period, last, keepGoing, until } = roundsUnderWay(({ from }) => LATENCY + (held.get(from) ?? 0));
    until(last + period - GUARD - LATENCY - 500);
    held.set("n1", 100).set("n3", 350);
    for (const node of held.keys()) cluster.broadcast(node, `late ${node}`);
    cluster.run(505);
    held.clear();
    keepGoing(3000);
    cluster.run(3000);
    const isEarly = (at: number) => at > last + 1.01 * period && at < last + 1.9 * period;
    // Those whose upcasts were late get answers besides.
    const waves = cluster.sent.filter(({ from, to, at }) => from === "n0" && to === "n4" && isEarly(at));
    expect(waves).toHaveLength(1);
    expect(Math.max(...cluster.latencies())).toBeLessThanOrEqual(frugal.max);
  });

  it("do not shift their rhythm by a downcast out of turn", () => {
    let held = 0;
    const cluster = startCluster({
      size: 25,
      settings: frugal,
      latency: ({ from }) => (from === "n1" ? LATENCY + held : LATENCY),
    });
    cluster.load(100, 20_000);
    const period = periodOf(cluster);
    const last = downcastTimes(cluster).at(-1) as number;
    // An upcast with a head start leaves so much earlier.
    cluster.load(100, last + period - GUARD - LATENCY - ROUNDS.headStart - 10 - cluster.clock.now());
    held = 200;
    cluster.load(100, ROUNDS.headStart + 20);
    held = 0;
    cluster.load(100, 10_000);
    const phaseOf = (time: number) => ((time - last + period / 2) % period) - period / 2;
    const outOfTurn = downcastTimes(cluster, last).filter((time) => Math.abs(phaseOf(time)) > 1);
    expect(outOfTurn.length).toBeGreaterThan(0);
    for (const time of outOfTurn) expect(time).toBeLessThan(last + 2 * period);
    for (const { from, at } of cluster.sent.filter((message) => message.to === "n0" && isGossip(message)))
      if (at > last + 1.5 * period) {
        const phase = phaseOf(at + LATENCY + GUARD);
        const planned = phase < -ROUNDS.headStart / 2 ? -ROUNDS.headStart : 0;
        expect([from, phase]).toEqual([from, expect.closeTo(planned, 0)]);
      }
  });

  it("tell a child how long it is until the next regular downcast, by nobody's clock", () => {
    const { cluster, period, last } = roundsUnderWay();
    const notice = cluster.sent.find(({ from, at }) => from === "n0" && at === last)?.body as Gossip;
    expect(notice.round?.next).toBeCloseTo(period, 3);
    expect(notice.round?.period).toBe(period);
  });

  it("are there before anything is measured, also with a budget that asks for a near network", () => {
    const cluster = startCluster({ size: 25, settings: { median: 300, max: 300 }, latency: () => 2 });
    for (let node = 0; node < 25; node++) cluster.broadcast(`n${node}`, node);
    cluster.run(2000);
    expect(cluster.sent.filter(({ from, to }) => from !== "n0" && to !== "n0")).toEqual([]);
    expect(cluster.latencies()).toHaveLength(25);
    expect(Math.max(...cluster.latencies())).toBeLessThan(300);
  });

  it("begin at once: the first value does not wait for a rhythm that is not there yet", () => {
    const cluster = startCluster({ size: 25, settings: frugal });
    cluster.run(3000);
    cluster.broadcast("n7", "first");
    cluster.run(5000);
    expect(latencyOf(cluster, 0)).toBeLessThanOrEqual(2 * LATENCY + GUARD);
  });

  it("keep the promise from the first value on, whenever it comes", () => {
    for (const start of [0, 90, 350, 700, 5000]) {
      const cluster = startCluster({ size: 9, settings: frugal, seed: start + 1 });
      cluster.run(start);
      cluster.load(20, 6000);
      cluster.run(4000);
      expect(quantile(cluster.latencies(), 1)).toBeLessThanOrEqual(frugal.max);
    }
  });

  it("work in a cluster of one and of two", () => {
    for (const size of [1, 2]) {
      const cluster = startCluster({ size, settings: frugal });
      cluster.load(10, 5000);
      cluster.run(3000);
      expect(quantile(cluster.latencies(), 1)).toBeLessThanOrEqual(frugal.max);
      if (size === 1) expect(cluster.sent).toEqual([]);
    }
  });
});

describe("acknowledgements in rounds", () => {
  it("ride on gossip: under load none travels alone", () => {
    const cluster = startCluster({ size: 9, settings: frugal });
    cluster.load(200, 20_000);
    expect(cluster.sent.filter(({ body }) => body.type === "gossip_ok")).toEqual([]);
    const acknowledged = cluster.sent.filter(({ at, body }) => at > 5000 && body.type === "gossip" && body.ack);
    expect(acknowledged.length).toBeGreaterThan(100);
  });

  it("reach the member that accepted a value in the same round", () => {
    const cluster = startCluster({ size: 5, settings: frugal });
    cluster.run(1000);
    cluster.broadcast("n1", "only");
    cluster.run(frugal.max + LATENCY);
    const toAuthor = cluster.sent.filter((message) => message.to === "n1" && isRoundMessage(message));
    expect(toAuthor.map(({ body }) => body.type)).toEqual(["gossip_ok"]);
  });

  it("are not sent for an answer: the child that waits for it asks if it does not come", () => {
    let isLost = false;
    const cluster = startCluster({
      size: 5,
      settings: frugal,
      latency: ({ from, to }) => (isLost && from === "n0" && to === "n1" ? undefined : LATENCY),
    });
    cluster.run(1000);
    cluster.broadcast("n1", "first");
    cluster.run(3000);
    for (const node of ["n1", "n2"]) cluster.broadcast(node, `of ${node}`);
    const start = cluster.clock.now();
    cluster.run(20_000);
    const answers = cluster.sent.filter(({ at, body }) => at > start && body.type === "gossip" && body.answer === true);
    expect(answers.map(({ to }) => to).sort()).toEqual(["n1", "n2"]);
    const alone = cluster.sent.filter(({ at, to, body }) => at > start && to === "n0" && body.type === "gossip_ok");
    expect(alone.map(({ from }) => from).sort()).toEqual(["n3", "n4"]);

    for (const node of ["n1", "n2"]) cluster.broadcast(node, `again of ${node}`);
    // The answer leaves within a period, and gets lost.
    isLost = true;
    cluster.run(1800);
    isLost = false;
    cluster.run(2000);
    expect(cluster.nodes.get("n1")?.has("again of n2")).toBe(true);
  });

  it("are requested for an answer to a child that has compared digests since: it may not ask any more", () => {
    const lone = new LoneNode({ self: "n0", size: 3, settings: frugal });
    const [child, other] = [lone.peer("n1"), lone.peer("n2")];
    lone.run(20_000);
    other.gossips(["of n2"]);
    child.gossips(["of n1"]);
    child.digests([["n1@1", [[1, 1]]]], { reply: true, verify: true });
    lone.run(3000);
    expect(lone.valuesTo("n1")).toEqual(["of n2"]);
    lone.run(10_000);
    expect(lone.sentOf("gossip", "n1").filter(({ body }) => body.ask === true)).not.toEqual([]);
  });

  it("never wait longer than their delay", () => {
    const cluster = startCluster({ size: 5, settings: { ...frugal, acknowledgementDelay: 3000 } });
    cluster.load(0.5, 60_000);
    cluster.run(20_000);
    const gossips = cluster.sent.filter(isGossip);
    expect(gossips.length).toBeGreaterThan(50);
    for (const { from, to, at, body } of gossips) {
      // An answer is asked for if it does not come.
      if (body.type === "gossip" && body.answer === true) continue;
      const acknowledged = cluster.sent.find(
        (answer) =>
          answer.from === to &&
          answer.to === from &&
          answer.at >= at + LATENCY &&
          "ack" in answer.body &&
          answer.body.ack?.ranges.some(([first, last]) => {
            const { number } = body as Gossip;
            return first <= number && number <= last;
          }),
      );
      expect(acknowledged?.at).toBeLessThanOrEqual(at + LATENCY + 3000 + 1);
    }
  });
});

describe("an idle cluster", () => {
  it("is silent: at most 30 messages a minute from 60 s after the last value", () => {
    const cluster = startCluster({ size: 25, settings: frugal });
    cluster.load(50, 20_000);
    cluster.run(60_000);
    const start = cluster.clock.now();
    cluster.run(180_000);
    expect(cluster.sent.filter(({ at }) => at > start).length).toBeLessThanOrEqual(90);
    expect(cluster.sent.filter((message) => message.at > start && isRoundMessage(message))).toEqual([]);
  });

  it("sends nothing before the first value but one probe, and about one question each whether there was anything before", () => {
    const cluster = startCluster({ size: 25, settings: frugal });
    cluster.run(5_000);
    expect(cluster.sent.map(({ body }) => body.type)).toEqual(["probe", "probe_ok"]);
    cluster.run(25_000);
    const later = cluster.sent.slice(2);
    expect(later.every(({ body }) => body.type === "digest")).toBe(true);
    // A member whose first partner is as new as itself asks another one, unless that one has asked it.
    expect(later.filter(({ body }) => "verify" in body).length).toBeLessThan(1.2 * 25);
    expect(later.length).toBeLessThan(2 * 1.2 * 25);
  });

  it("wakes within the budget", () => {
    const cluster = startCluster({ size: 25, settings: frugal });
    cluster.load(50, 10_000);
    cluster.run(100_000);
    cluster.load(5, 10_000);
    cluster.run(5000);
    expect(quantile(cluster.latencies(), 1)).toBeLessThanOrEqual(frugal.max);
  });
});

describe("a budget that rounds cannot keep", () => {
  const impossible = { median: 50, max: 100 };

  it("is said once by a member, and values go to everyone at once instead", () => {
    const cluster = startCluster({ size: 9, settings: impossible });
    cluster.run(1000);
    cluster.load(20, 20_000);
    cluster.run(5000);
    expect(quantile(cluster.latencies(), 1)).toBeLessThanOrEqual(LATENCY + 1);
    const complaints = cluster.lines.map((line) => line.split(":")[0]);
    expect(cluster.lines.every((line) => line.includes("no room for rounds"))).toBe(true);
    expect(new Set(complaints).size).toBe(complaints.length);
    expect(complaints.length).toBeGreaterThan(0);
  });

  it("leaves an idle cluster silent all the same", () => {
    const cluster = startCluster({ size: 25, settings: impossible });
    cluster.load(20, 10_000);
    cluster.run(90_000);
    const start = cluster.clock.now();
    cluster.run(120_000);
    expect(cluster.sent.filter(({ at }) => at > start).length).toBeLessThanOrEqual(60);
  });

  it("does not keep values from anyone where only some members find it impossible", () => {
    const slow = new Set(["n3", "n4"]);
    const cluster = startCluster({
      size: 7,
      settings: { fanOut: 2, median: 900, max: 1500 },
      latency: ({ from, to }) => (slow.has(from) || slow.has(to) ? 400 : 100),
    });
    for (let value = 0; value < 40; value++) {
      cluster.broadcast(`n${value % 7}`, value);
      cluster.run(700);
    }
    cluster.run(8000);
    expect(quantile(cluster.latencies(), 1)).toBeLessThan(6000);
  });
});
