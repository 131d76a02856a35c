import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { MemoryNetwork } from "../../src/adapters/memory-network/memory-network.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { SMALLEST_MESSAGE_LIMIT } from "../../src/domain/ports/transport.js";
import { createNode, type NodeOptions, type TidecastNode } from "../../src/library/index.js";

/** A cluster whose messages are small. */
class SmallCluster {
  readonly clock = new FakeClock();
  readonly nodes = new Map<string, TidecastNode>();
  /** The log lines of the network and the nodes. */
  readonly lines: string[] = [];
  private readonly log = { line: (text: string) => this.lines.push(text) };
  private readonly random = new SeededRandom(3);
  private readonly network = new MemoryNetwork(this.clock, () => 10 + 20 * this.random.next(), this.log);
  private lives = 0;
  largest = 0;
  readonly types = new Set<string>();

  constructor(
    readonly ids: readonly string[],
    private readonly options: Partial<NodeOptions>,
    private readonly limit = SMALLEST_MESSAGE_LIMIT,
  ) {
    this.network.onSend = ({ body }) => {
      this.types.add((body as { type: string }).type);
      this.largest = Math.max(this.largest, Buffer.byteLength(JSON.stringify(body)));
    };
  }

  async start(ids = this.ids): Promise<this> {
    for (const id of ids)
      this.nodes.set(
        id,
        await createNode({
          ...this.options,
          id,
          members: this.ids,
          transport: this.network.attach(id, this.limit),
          clock: this.clock,
          random: this.random.fork(),
          log: this.log,
          incarnation: ++this.lives,
        }),
      );
    return this;
  }

  node(id: string): TidecastNode {
    return this.nodes.get(id) as TidecastNode;
  }
}

const ids = (count: number, length = 2) => Array.from({ length: count }, (_, index) => `n${index}`.padEnd(length, "é"));

describe.each([SMALLEST_MESSAGE_LIMIT, 16 * 1024])("a transport of %i bytes", (limit) => {
  it.each(["default", "frugal", "eager"] as const)("carries values of 12 KiB, with budget %s", async (budget) => {
    const cluster = await new SmallCluster(ids(5), { budget, ack: "all" }, limit).start();
    const confirmed: Promise<void>[] = [];
    const texts: string[] = [];
    for (const [index, id] of cluster.ids.entries())
      for (const size of [12_286, 12_200, 6000, 10]) {
        const text = `${index}:`.padEnd(size, index === 0 ? '"' : "x").slice(0, index === 0 ? size / 2 : size);
        texts.push(text);
        confirmed.push(cluster.node(id).broadcast(text));
      }
    cluster.clock.advance(20_000);
    await Promise.all(confirmed);
    for (const id of cluster.ids) expect([...cluster.node(id).values()].sort()).toEqual([...texts].sort());
    expect(cluster.lines).toEqual([]);
    expect(cluster.largest).toBeGreaterThan(0.75 * limit);
    expect(cluster.largest).toBeLessThanOrEqual(limit);
    await expect(cluster.node("n0").broadcast("x".repeat(12_287))).rejects.toThrow("more than 12288 bytes of JSON");
  });

  it("carries the knowledge of more authors than fit into one message", async () => {
    const cluster = await new SmallCluster(ids(42, 100), { budget: "eager" }, limit).start();
    for (const id of cluster.ids) void cluster.node(id).broadcast(`of ${id}`);
    cluster.clock.advance(10_000);
    const [first, second] = cluster.ids as [string, string];
    expect(cluster.node(first).values()).toHaveLength(42);
    // Without a journal only the digests of others can bring back its values.
    cluster.node(second).close();
    await cluster.start([second]);
    cluster.clock.advance(30_000);
    expect(cluster.node(second).values()).toHaveLength(42);
    expect(cluster.lines.filter((line) => line.startsWith("dropped"))).toEqual([]);
    expect(cluster.largest).toBeLessThanOrEqual(limit);
    // No message had to be fragmented, so each of them can be lost alone.
    expect(cluster.types).not.toContain("part");
    expect(cluster.types).toContain("summary");
  });
});
