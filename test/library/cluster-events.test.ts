import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { addressOf, MemoryMemberChannels } from "../../src/adapters/memory-network/memory-member-channels.js";
import { MemoryNetwork } from "../../src/adapters/memory-network/memory-network.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { GossipMembership } from "../../src/application/membership/gossip-membership.js";
import { createNode, type NodeEvents, type NodeOptions, type TidecastNode } from "../../src/library/index.js";
import { LibraryCluster } from "./support/library-cluster.js";

type Told = { readonly [Name in keyof NodeEvents<string>]: NodeEvents<string>[Name][] };

function listenTo(node: TidecastNode<string>): Told {
  const told: Told = { delivery: [], missed: [], member: [], root: [], error: [], ready: [], dropped: [] };
  for (const name of Object.keys(told) as (keyof Told)[]) node.on(name, (news) => told[name].push(news as never));
  return told;
}

function idsSeenBy(node: TidecastNode<string>): string[] {
  return node.members().map(({ id }) => id);
}

/** Nodes that find one another by address, on one fake clock and one network that may be parted. */
class OpenCluster {
  readonly clock = new FakeClock();
  readonly sides = new Map<string, number>();
  readonly nodes = new Map<string, TidecastNode<string>>();
  readonly told = new Map<string, Told>();
  private readonly random = new SeededRandom(3);
  private readonly isParted = (from: string, to: string) => this.sides.get(from) !== this.sides.get(to);
  readonly channels = new MemoryMemberChannels(this.clock, (from, to) => (this.isParted(from, to) ? undefined : 10));
  private readonly network = new MemoryNetwork(this.clock, ({ from, to }) =>
    this.isParted(from, to) ? undefined : 10,
  );

  async start(id: string, seeds: readonly string[], options: Partial<NodeOptions<string>> = {}): Promise<void> {
    const { clock } = this;
    const membership = new GossipMembership(
      {
        channel: this.channels.attach(id),
        clock,
        random: this.random.fork(),
        timeOfDay: () => 1_700_000_000_000 + clock.now(),
        log: { event: () => {} },
      },
      seeds.map((seed) => addressOf(seed)),
    );
    const transport = this.network.attach(id);
    const starting = createNode<string>({
      id,
      members: membership,
      transport,
      clock,
      random: this.random.fork(),
      budget: "eager",
      ...options,
    }).then((node) => {
      this.nodes.set(id, node);
      this.told.set(id, listenTo(node));
    });
    while (!this.nodes.has(id)) await this.run(50);
    await starting;
  }

  async run(duration: number): Promise<void> {
    for (let passed = 0; passed < duration; passed += 50) {
      this.clock.advance(50);
      // All continuations, however many there are in a row.
      await new Promise((done) => setImmediate(done));
    }
  }

  node(id: string): TidecastNode<string> {
    return this.nodes.get(id) as TidecastNode<string>;
  }

  toldTo(id: string): Told {
    return this.told.get(id) as Told;
  }

  async leave(id: string): Promise<void> {
    void this.node(id).close();
    await this.run(100);
    this.channels.end(addressOf(id));
  }

  die(id: string): void {
    this.channels.end(addressOf(id));
    this.sides.set(id, 99);
  }
}

describe("a node whose members come and go", () => {
  it("tells of members that joined, left, are suspected and back, and of the root", async () => {
    const cluster = new OpenCluster();
    await cluster.start("a", []);
    await cluster.start("b", ["a"]);
    await cluster.start("c", ["b"]);
    await cluster.run(3000);
    expect(cluster.toldTo("a").member).toEqual([
      { what: "joined", member: "b", members: 2 },
      { what: "joined", member: "c", members: 3 },
    ]);
    expect(cluster.toldTo("c").member).toEqual([]);
    expect(cluster.node("b").members()).toEqual([
      expect.objectContaining({ id: "a", isSelf: false, state: "alive", address: addressOf("a") }),
      expect.objectContaining({ id: "b", isSelf: true, state: "alive", address: addressOf("b") }),
      expect.objectContaining({ id: "c", isSelf: false, state: "alive", address: addressOf("c") }),
    ]);
    expect(cluster.node("b").stats().members).toEqual(cluster.node("b").members());
    await cluster.leave("a");
    await cluster.run(1000);
    for (const id of ["b", "c"]) {
      expect(cluster.toldTo(id).member.at(-1)).toEqual({ what: "left", member: "a", members: 2 });
      expect(cluster.toldTo(id).root).toEqual([{ root: "b", before: "a" }]);
    }
    cluster.toldTo("b").member.length = 0;
    cluster.die("c");
    await cluster.run(5000);
    expect(cluster.toldTo("b").member).toEqual([
      { what: "suspected", member: "c", members: 2 },
      { what: "left", member: "c", members: 1 },
    ]);
  });

  it("goes on in both halves of a partition, merges, and counts the values that were deleted meanwhile", async () => {
    const cluster = new OpenCluster();
    const retain = { maxAge: 1000 };
    await cluster.start("a", [], { retain, identity: "event" });
    await cluster.start("b", ["a"], { retain, identity: "event" });
    await cluster.start("c", ["a"], { retain, identity: "event" });
    await cluster.run(3000);
    cluster.sides.set("c", 1);
    await cluster.run(90_000);
    expect(idsSeenBy(cluster.node("a"))).toEqual(["a", "b"]);
    expect(idsSeenBy(cluster.node("c"))).toEqual(["c"]);
    for (let number = 0; number < 5; number++) await cluster.node("a").broadcast(`of the majority ${number}`);
    await cluster.node("c").broadcast("of c alone");
    await cluster.run(600_000);
    expect(cluster.node("b").values()).toEqual([]);
    cluster.sides.clear();
    await cluster.run(60_000);
    await cluster.node("a").broadcast("after the merge");
    await cluster.run(10_000);
    for (const id of ["a", "b", "c"]) {
      expect(idsSeenBy(cluster.node(id))).toEqual(["a", "b", "c"]);
      expect(cluster.toldTo(id).delivery.map(({ value }) => value)).toContain("after the merge");
    }
    expect(cluster.toldTo("c").missed.map(({ count }) => count)).toEqual([5]);
    expect(cluster.toldTo("a").missed.map(({ count }) => count)).toEqual([1]);
    const what = cluster
      .toldTo("a")
      .member.filter(({ member }) => member === "c")
      .map((change) => change.what);
    expect(what.slice(0, 1)).toEqual(["joined"]);
    expect(what.slice(-2)).toEqual(["left", "joined"]);
  }, 60_000);

  it("does not count removed members for ack: all, and counts suspects until they are removed", async () => {
    const cluster = new OpenCluster();
    await cluster.start("a", []);
    await cluster.start("b", ["a"]);
    await cluster.start("c", ["a"]);
    await cluster.run(3000);
    cluster.die("c");
    let outcome = "";
    const broadcast = (value: string, ackTimeout: number) => {
      outcome = "pending";
      void cluster
        .node("a")
        .broadcast(value, { ack: "all", ackTimeout })
        .then(
          () => (outcome = "confirmed"),
          (error) => (outcome = `${error.code} ${error.missing}`),
        );
    };
    broadcast("while c is suspected", 2000);
    await cluster.run(2500);
    expect(outcome).toBe("TIDECAST_NOT_CONFIRMED c");
    broadcast("until c is removed", 60_000);
    await cluster.run(5000);
    expect(idsSeenBy(cluster.node("a"))).toEqual(["a", "b"]);
    expect(outcome).toBe("confirmed");
  });
});

describe("a node with a fixed list", () => {
  it("tells of members that are unreachable and back, and of the root meanwhile", async () => {
    const cluster = await new LibraryCluster<string>(3).start();
    const told = listenTo(cluster.node("n2"));
    cluster.run(20_000);
    cluster.cutOff.add("n0");
    await cluster.node("n2").broadcast("x");
    cluster.run(30_000);
    expect(told.member).toEqual([{ what: "suspected", member: "n0", members: 3 }]);
    expect(told.root).toEqual([{ root: "n1", before: "n0" }]);
    expect(
      cluster
        .node("n2")
        .members()
        .map(({ id, state }) => `${id} ${state}`),
    ).toEqual(["n0 suspected", "n1 alive", "n2 alive"]);
    cluster.cutOff.clear();
    cluster.run(120_000);
    expect(told.member.at(-1)).toEqual({ what: "back", member: "n0", members: 3 });
    expect(told.root.at(-1)).toEqual({ root: "n0", before: "n1" });
  });
});

describe("ready", () => {
  it("is told after createNode has resolved, at once if there is no other member", async () => {
    const cluster = new OpenCluster();
    await cluster.start("a", []);
    expect(cluster.node("a").stats().isReady).toBe(true);
    await cluster.run(50);
    expect(cluster.toldTo("a").ready).toEqual([{ values: 0 }]);
    await cluster.run(60_000);
    expect(cluster.toldTo("a").ready).toHaveLength(1);
  });

  it("waits until a new member has the past values", async () => {
    const cluster = new OpenCluster();
    await cluster.start("a", []);
    for (let number = 0; number < 100; number++) await cluster.node("a").broadcast(`value ${number}`);
    await cluster.start("b", ["a"]);
    expect(cluster.node("b").stats().isReady).toBe(false);
    let atReady = -1;
    cluster.node("b").on("ready", () => {
      atReady = cluster.node("b").values().length;
    });
    await cluster.run(5000);
    expect(atReady).toBe(100);
    expect(cluster.toldTo("b").ready).toEqual([{ values: 100 }]);
  });

  it("waits for another member while none is reachable", async () => {
    const cluster = new LibraryCluster<string>(2);
    await cluster.startNode("n0");
    const told = listenTo(cluster.node("n0"));
    cluster.run(60_000);
    expect(told.ready).toEqual([]);
    await cluster.startNode("n1");
    cluster.run(60_000);
    expect(told.ready).toHaveLength(1);
  });
});

describe("error and dropped", () => {
  it("tell what no call reports", async () => {
    const clock = new FakeClock();
    const network = new MemoryNetwork(clock, () => 10);
    let drop: (dropped: { member: string; count: number; reason: string }) => void = () => {};
    const transport = Object.assign(network.attach("a"), {
      onDropped: (listener: typeof drop) => {
        drop = listener;
      },
    });
    const codec = {
      encode: (value: string) => value,
      decode: () => {
        throw new Error("no such word");
      },
    };
    const node = await createNode<string>({ id: "a", members: ["a", "b"], transport, clock, codec, budget: "eager" });
    const told = listenTo(node);
    drop({ member: "b", count: 7, reason: "the queue is full" });
    expect(told.dropped).toEqual([{ member: "b", count: 7, reason: "the queue is full" }]);
    expect(node.stats().dropped).toEqual({ messages: 7 });
    await node.broadcast("x");
    expect(told.error.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^number 1 of a@\d+ was not delivered, because the codec cannot decode it: Error: no such word$/,
      ),
    ]);
    await node.close();
  });
});
