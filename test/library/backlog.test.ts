import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import type { UnmetWriteConcern, WriteConcern } from "../../src/domain/write-concern/write-concern.js";
import type { TidecastNode } from "../../src/library/index.js";
import { Backlog } from "../../src/library/node/backlog.js";
import { LibraryCluster } from "./support/library-cluster.js";
import { ClusterWithSlowMember } from "./support/slow-member.js";

/** Broadcasts texts one after the other, as fast as `broadcast` resolves. */
class Producer {
  sent = 0;

  constructor(node: TidecastNode<string>, total: number, size = 1000) {
    void (async () => {
      for (; this.sent < total; this.sent++) await node.broadcast(`${this.sent} `.padEnd(size, "x"));
    })();
  }
}

function countDeliveries(node: TidecastNode<string>): { count: number; missed: number } {
  const counts = { count: 0, missed: 0 };
  node.on("delivery", () => counts.count++);
  node.on("missed", ({ count }) => {
    counts.missed += count;
  });
  return counts;
}

describe("a producer that is faster than a member", () => {
  it.each([
    ["default", 2, 0],
    ["default", 3, 1],
    ["frugal", 4, 1],
    ["eager", 3, 1],
  ] as const)("is slowed down to its pace, wherever it is (budget %s, %i members)", async (budget, size, place) => {
    const members = Array.from({ length: size }, (_, index) => `n${index}`);
    const cluster = await new ClusterWithSlowMember(members, 500).start({ budget, retain: { maxCount: 100 } });
    const slow = countDeliveries(cluster.nodes[size - 1] as TidecastNode<string>);
    const producer = new Producer(cluster.nodes[place] as TidecastNode<string>, 10_000);
    let ahead = 0;
    while (slow.count < 10_000 && cluster.clock.now() < 100_000) {
      await cluster.run(500);
      ahead = Math.max(ahead, producer.sent - slow.count);
    }
    expect(slow).toEqual({ count: 10_000, missed: 0 });
    // The member takes 10 MB in 20 s. Without a bound the producer would be ahead by all values at once.
    expect(ahead).toBeLessThan(4_500);
    expect(cluster.lines.filter((line) => line.includes("unreachable"))).toEqual([]);
  });

  it("does not wait while all members keep up with it", async () => {
    const cluster = await new ClusterWithSlowMember(["a", "b", "c"], 1e6).start({});
    const [, node, other] = cluster.nodes as [TidecastNode<string>, TidecastNode<string>, TidecastNode<string>];
    const arrived = countDeliveries(other);
    const producer = new Producer(node, 5_000, 10);
    await cluster.run(10);
    expect(producer.sent).toBe(5_000);
    await cluster.run(2_000);
    expect(arrived.count).toBe(5_000);
  });

  it("is not held up by a member that is gone", async () => {
    const cluster = await new ClusterWithSlowMember(["a", "b", "c"], 1e6).start({});
    const [node, other] = cluster.nodes as [TidecastNode<string>, TidecastNode<string>];
    const arrived = countDeliveries(other);
    cluster.isSilent = true;
    const producer = new Producer(node, 10_000);
    await cluster.run(30_000);
    expect(producer.sent).toBe(10_000);
    expect(arrived.count).toBe(10_000);
    expect(node.stats()).toMatchObject({ suspects: ["c"], waiting: 0 });
  });
});

describe("the option wait: false", () => {
  it("rejects a value that there is no room for, and accepts nothing of it", async () => {
    const cluster = await new LibraryCluster<string>(2, { backlog: { maxValues: 10 } }).start();
    cluster.cutOff.add("n1");
    const node = cluster.node("n0");
    for (let number = 0; number < 10; number++) await node.broadcast(`value ${number}`, { wait: false });
    await expect(node.broadcast("one more", { wait: false })).rejects.toMatchObject({
      code: "TIDECAST_BACKLOG_FULL",
      name: "BacklogFull",
      values: 10,
      message: expect.stringMatching(
        /^the backlog is full: other members have not confirmed 10 values with \d+ bytes; /,
      ),
    });
    expect(node.values()).toHaveLength(10);
    const waits = node.broadcast("patient");
    expect(node.stats().waiting).toBe(1);
    await expect(node.broadcast("overtakes", { wait: false })).rejects.toMatchObject({ code: "TIDECAST_BACKLOG_FULL" });
    cluster.run(20_000);
    await waits;
    await node.broadcast("there is room again", { wait: false });
    expect(node.stats().waiting).toBe(0);
  });

  it("accepts a value that is larger than the bound while there is no other", async () => {
    const cluster = await new LibraryCluster<string>(2, { backlog: { maxBytes: 50 } }).start();
    const node = cluster.node("n0");
    await node.broadcast("x".repeat(1000), { wait: false });
    await expect(node.broadcast("y", { wait: false })).rejects.toMatchObject({ code: "TIDECAST_BACKLOG_FULL" });
    for (let turn = 0; turn < 10; turn++) cluster.run(1000);
    await node.broadcast("y".repeat(1000), { wait: false });
    cluster.run(1000);
    expect(cluster.node("n1").values()).toHaveLength(2);
  });
});

describe("a broadcast that waits for room", () => {
  it("takes the value as it was at the call, keeps the order, and resolves once its ack is met", async () => {
    const cluster = await new LibraryCluster<{ turn: number }>(2, { backlog: { maxValues: 4 }, ack: "all" }).start();
    const node = cluster.node("n0");
    const value = { turn: 0 };
    let resolved = 0;
    for (; value.turn < 20; value.turn++) void node.broadcast(value).then(() => resolved++);
    expect(node.stats().waiting).toBe(16);
    expect(node.values()).toHaveLength(4);
    for (let turn = 0; turn < 400; turn++) {
      cluster.run(50);
      await Promise.resolve();
      await Promise.resolve();
      expect(cluster.node("n1").values().length).toBeGreaterThanOrEqual(resolved);
    }
    expect(resolved).toBe(20);
    const turns = cluster.toldTo("n1").deliveries.map(({ value: { turn } }) => turn);
    expect(turns).toEqual(Array.from({ length: 20 }, (_, turn) => turn));
  });

  it("rejects if the node is closed meanwhile, and says that the value was not accepted", async () => {
    const cluster = await new LibraryCluster<string>(2, { backlog: { maxValues: 1 } }).start();
    const node = cluster.node("n0");
    await node.broadcast("accepted");
    const waits = node.broadcast("not accepted");
    void node.close();
    await expect(waits).rejects.toMatchObject({
      code: "TIDECAST_NODE_CLOSED",
      message: "node n0 was closed before there was room for the value: it was not accepted",
    });
    expect(node.values()).toEqual(["accepted"]);
  });
});

describe("a member that confirms nothing, and that is no suspect either", () => {
  it("is not waited for after 30 s, until it confirms again", () => {
    const clock = new FakeClock();
    const lines: string[] = [];
    const questions: WriteConcern[] = [];
    let isMute = true;
    const node = {
      view: () => ({ root: "a", suspects: [] }),
      confirmLatest: (answer: (unmet?: UnmetWriteConcern) => void, concern: WriteConcern) => {
        questions.push(concern);
        if (isMute && concern.nodes === 3)
          clock.schedule(concern.timeout, () => answer({ known: 2, needed: 3, missing: ["c"] }));
        else clock.schedule(10, () => answer());
      },
    };
    const log = { line: (text: string) => lines.push(text) };
    const backlog = new Backlog({ node, clock, log, memberCount: () => 3 }, 500, { maxValues: 4 });
    const accept = () => {
      const hasRoom = backlog.take(10);
      if (hasRoom) backlog.accepted();
      return hasRoom;
    };
    for (let value = 0; value < 4; value++) expect(accept()).toBe(true);
    clock.advance(29_000);
    expect(accept()).toBe(false);
    clock.advance(7_000);
    expect(lines).toEqual(["c confirmed no value for 30 s; broadcasts do not wait for it until it does"]);
    expect(accept()).toBe(true);
    isMute = false;
    clock.advance(60_000);
    expect(accept()).toBe(true);
    clock.advance(60_000);
    questions.length = 0;
    expect(accept()).toBe(true);
    expect(questions.map(({ nodes }) => nodes)).toContain(3);
  });
});
