import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import type { OpenJournal } from "../../src/domain/ports/journal.js";
import type { LogEvent } from "../../src/domain/ports/log.js";
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

describe("a slow member that returns", () => {
  it.each([
    ["default", 500, 10_000],
    ["frugal", 500, 10_000],
    ["eager", 500, 10_000],
    ["default", 50, 2_000],
    ["eager", 50, 2_000],
  ] as const)("gets what it has missed in parts (budget %s, %i kB/s)", async (budget, rate, missed) => {
    const cluster = await new ClusterWithSlowMember(["a", "b", "c"], rate).start({ budget });
    const [producer, , slow] = cluster.nodes as [TidecastNode<string>, TidecastNode<string>, TidecastNode<string>];
    cluster.isSilent = true;
    await cluster.run(30_000);
    for (let value = 0; value < missed; value++) void producer.broadcast(`${value} `.padEnd(1000, "x"));
    await cluster.run(80_000, 100);
    expect(producer.stats()).toMatchObject({ suspects: ["c"], values: missed });
    const arrived = countDeliveries(slow);
    cluster.isSilent = false;
    cluster.mostQueued = 0;
    const since = cluster.lines.length;
    await cluster.run(60_000);
    // It takes the values in 20 or 40 s.
    expect(arrived).toEqual({ count: missed, missed: 0 });
    // A few seconds' worth. Otherwise all would be queued at once, and several times over.
    expect(cluster.mostQueued).toBeLessThan(4_000 * rate);
    expect(cluster.lines.slice(since).filter((line) => line.includes("unreachable"))).toEqual([]);
  });
});

describe("members whose processes are busy for long, as with a sweep of many values", () => {
  it.each([
    ["the producer, and then the member", { ahead: 15_000, member: 15_000, after: 10_000 }, false],
    ["the producer alone", { ahead: 35_000, member: 0, after: 0 }, false],
    ["a member that is connected", { ahead: 0, member: 25_000, after: 0 }, true],
  ] as const)("do not lift the bound: %s", async (_, { ahead, member, after }, knowsConnections) => {
    const cluster = await new ClusterWithSlowMember(["a", "b"], 200, knowsConnections).start({});
    const [node, slow] = cluster.nodes as [TidecastNode<string>, TidecastNode<string>];
    const arrived = countDeliveries(slow);
    const producer = new Producer(node, 8_000);
    await cluster.run(20_000);
    cluster.processes[0]?.beBusy(ahead);
    await cluster.run(after);
    cluster.processes[1]?.beBusy(member);
    let most = 0;
    while (arrived.count < 8_000 && cluster.clock.now() < 150_000) {
      await cluster.run(500);
      most = Math.max(most, producer.sent - arrived.count);
    }
    expect(arrived).toEqual({ count: 8_000, missed: 0 });
    expect(most).toBeLessThan(1_000);
    expect(cluster.lines.filter((line) => line.includes("confirmed no value"))).toEqual([]);
  });
});

describe("a member that is gone, as only other members know", () => {
  it.each(["default", "eager"] as const)("does not hold up broadcasts for long (budget %s)", async (budget) => {
    const members = Array.from({ length: 7 }, (_, index) => `n${index}`);
    const cluster = await new ClusterWithSlowMember(members, 1e6).start({ budget });
    const producer = new Producer(cluster.nodes[3] as TidecastNode<string>, 3_000);
    await cluster.run(100);
    cluster.isSilent = true;
    await cluster.run(25_000);
    expect(producer.sent).toBe(3_000);
    expect(cluster.lines.filter((line) => line.includes("confirmed no value"))).toEqual([]);
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

describe("a member that confirms nothing, and that is alive", () => {
  it("lets a small part of the values pass every 30 s, until it confirms again", () => {
    const clock = new FakeClock();
    const lines: string[] = [];
    const probed = new Set<string>();
    let isMute = true;
    const node = {
      view: () => ({ root: "a", suspects: [] }),
      probe: (members: readonly string[]) => {
        for (const member of members) probed.add(member);
      },
      confirmLatest: (answer: (unmet?: UnmetWriteConcern) => void, concern: WriteConcern) => {
        if (isMute) clock.schedule(concern.timeout, () => answer({ known: 1, needed: 3, missing: ["a", "c"] }));
        else clock.schedule(10, () => answer());
      },
    };
    const log = { event: ({ text }: LogEvent) => lines.push(text) };
    const deps = { self: "a", node, clock, log, memberCount: () => 3, isConnected: () => true };
    const backlog = new Backlog(deps, 500, { maxValues: 4 });
    const acceptAll = () => {
      let accepted = 0;
      for (; backlog.take(10); accepted++) backlog.accepted();
      return accepted;
    };
    expect(acceptAll()).toBe(4);
    clock.advance(29_000);
    expect(acceptAll()).toBe(0);
    clock.advance(3_000);
    expect(probed).toEqual(new Set(["c"]));
    expect(acceptAll()).toBe(4);
    clock.advance(29_000);
    expect(acceptAll()).toBe(0);
    clock.advance(3_000);
    expect(acceptAll()).toBe(4);
    expect(lines).toEqual(["c confirmed no value for 30 s; until it does, broadcasts of 32768 bytes go on every 30 s"]);
    isMute = false;
    clock.advance(4_000);
    for (let turn = 0; turn < 10; turn++) {
      expect(acceptAll()).toBe(4);
      clock.advance(100);
    }
  });
});

describe("a node whose own journal takes long, as on a full disk", () => {
  it.each(["default", "eager"] as const)("does not take itself for unreachable (budget %s)", async (budget) => {
    const journal: OpenJournal = (member, incarnation) => {
      const opened = cluster.journals.open(member, incarnation);
      const sync = opened.journal.sync.bind(opened.journal);
      const delay = member === "n0" ? 40_000 : 0;
      opened.journal.sync = (whenDurable) => sync(() => cluster.clock.schedule(delay, whenDurable));
      return opened;
    };
    const cluster: LibraryCluster<string> = new LibraryCluster(3, { budget, journal, backlog: { maxValues: 4 } });
    await cluster.start();
    const node = cluster.node("n0");
    void node.broadcast("waits for the journal");
    cluster.run(35_000);
    expect(cluster.toldTo("n0").lines.filter((line) => line.includes("n0"))).toEqual([]);
    expect(node.stats()).toMatchObject({ suspects: [], root: "n0" });
    expect(node.health().problems).toEqual([]);
    cluster.run(10_000);
    expect(cluster.node("n2").values()).toEqual(["waits for the journal"]);
  });
});
