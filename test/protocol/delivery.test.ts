import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { canonicalJson } from "../../src/domain/values/canonical-json.js";
import type { JsonValue } from "../../src/domain/values/json-value.js";
import { quantile, startCluster } from "../support/cluster.js";
import { PostOffice } from "./support/post-office.js";
import { isGossip } from "./support/rounds.js";

const modes = ["rounds", "eager", "window"] as const;
const contents = (values: readonly JsonValue[]) => values.map(canonicalJson).sort();

describe("a message that is lost", () => {
  it.each([
    ["an upcast", (from: string) => from !== "n0"],
    ["a downcast", (from: string) => from === "n0"],
  ])("is sent again: %s", (_, isOfThatKind) => {
    let lost: string | undefined;
    let isDue = false;
    const cluster = startCluster({
      size: 9,
      settings: {},
      latency: (flight) => {
        if (isDue && lost === undefined && isOfThatKind(flight.from)) {
          lost = JSON.stringify(flight.body);
          return undefined;
        }
        return 100;
      },
    });
    cluster.load(20, 8000);
    isDue = true;
    cluster.load(20, 4000);
    cluster.run(10_000);
    expect(lost).toContain('"gossip"');
    expect(quantile(cluster.latencies(), 1)).toBeLessThan(10_000);
  });

  it.each(modes)("costs nothing but time, however many are (mode %s)", (mode) => {
    const cluster = startCluster({
      size: 7,
      settings: { mode, fanOut: 2 },
      latency: (_, random) => (random.next() < 0.3 ? undefined : 20 + 100 * random.next()),
    });
    cluster.load(10, 10_000);
    cluster.run(60_000);
    expect(quantile(cluster.latencies(), 1)).toBeLessThan(60_000);
  });

  it("is heard of no more once it came: the cluster falls silent again", () => {
    let loss = 0.3;
    const cluster = startCluster({
      size: 7,
      settings: {},
      latency: (_, random) => (random.next() < loss ? undefined : 100),
    });
    cluster.load(10, 10_000);
    loss = 0;
    cluster.run(90_000);
    const start = cluster.clock.now();
    cluster.run(60_000);
    expect(cluster.sent.filter((message) => message.at > start && isGossip(message))).toEqual([]);
  });
});

describe("values", () => {
  it("that two nodes accept are one value", () => {
    for (const mode of modes) {
      const cluster = startCluster({ size: 5, settings: { mode } });
      cluster.run(1000);
      cluster.broadcast("n1", { a: 1, b: [null] });
      cluster.broadcast("n2", { b: [null], a: 1 });
      cluster.run(10_000);
      for (const node of cluster.nodes.values()) expect(contents(node.values())).toEqual(['{"a":1,"b":[null]}']);
    }
  });

  it("that everyone has travel no more when a client brings them again", () => {
    const cluster = startCluster({ size: 5, settings: {} });
    cluster.broadcast("n1", "once");
    cluster.run(30_000);
    const sent = cluster.sent.length;
    cluster.broadcast("n3", "once");
    cluster.run(5000);
    expect(cluster.sent.length).toBe(sent);
  });

  const jsonValues = fc.array(
    fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonValue),
    { minLength: 1, maxLength: 12 },
  );

  it("of any type reach everyone, with 20 % lost, some twice, and all out of order", () => {
    fc.assert(
      fc.property(jsonValues, fc.nat(), fc.constantFrom(...modes), (values, seed, mode) => {
        const office = new PostOffice({
          size: 5,
          settings: { mode, fanOut: 2 },
          seed,
          loss: 0.2,
          repeat: 0.2,
          jitter: 300,
        });
        const random = new SeededRandom(seed);
        for (const value of values) {
          office.broadcast(`n${Math.floor(random.next() * 5)}`, value);
          office.run(1000 * random.next());
        }
        const all = [...new Set(contents(values))].sort();
        for (let waited = 0; waited < 60 && !office.values().every((held) => held.length === all.length); waited++)
          office.run(1000);
        expect(office.lines.filter((line) => line.includes("malformed"))).toEqual([]);
        for (const held of office.values()) expect(contents(held)).toEqual(all);
      }),
      { numRuns: 40 },
    );
  });

  it("travel along the topology where the tree is to be made of it", () => {
    const side = 5;
    const id = (row: number, column: number) => `n${row * side + column}`;
    const topology = new Map<string, string[]>();
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++)
        topology.set(id(row, column), [
          ...(row > 0 ? [id(row - 1, column)] : []),
          ...(row < side - 1 ? [id(row + 1, column)] : []),
          ...(column > 0 ? [id(row, column - 1)] : []),
          ...(column < side - 1 ? [id(row, column + 1)] : []),
        ]);
    const settings = { tree: "topology", median: 4000, max: 6000 } as const;
    const cluster = startCluster({ size: 25, settings, topology, latency: () => 20 });
    cluster.load(10, 20_000);
    cluster.run(10_000);
    expect(quantile(cluster.latencies(), 1)).toBeLessThanOrEqual(settings.max);
    for (const { from, to } of cluster.sent.filter(isGossip)) expect(topology.get(from)).toContain(to);
  });
});

describe("a partition", () => {
  it.each([
    ["the root", new Set(["n0"])],
    ["half of the members", new Set(["n0", "n1", "n2", "n3"])],
    ["a leaf", new Set(["n5"])],
  ])("that isolates %s loses nothing, and everyone has everything within 5 s of its end", (_, side) => {
    let isCut = false;
    const cluster = startCluster({
      size: 9,
      settings: {},
      latency: ({ from, to }) => (isCut && side.has(from) !== side.has(to) ? undefined : 100),
    });
    cluster.load(20, 5000);
    isCut = true;
    cluster.load(20, 10_000);
    isCut = false;
    cluster.run(5000);
    const latest = quantile(cluster.latencies(), 1);
    expect(latest).toBeLessThan(15_000);
    cluster.load(20, 5000);
    cluster.run(5000);
    expect(quantile(cluster.latencies(), 1)).toBe(latest);
  });
});

describe("clocks", () => {
  it("that differ by any constant do not matter", () => {
    const run = (offset: (index: number) => number) => {
      const office = new PostOffice({ size: 9, settings: { fanOut: 3 }, seed: 5, offset });
      for (let value = 0; value < 100; value++) {
        office.broadcast(`n${value % 9}`, value);
        office.run(130);
      }
      office.run(5000);
      return { log: office.log, complete: office.values().every((held) => held.length === 100) };
    };
    const together = run(() => 0);
    const apart = run((index) => (index % 2 === 0 ? 1 : -1) * index * 12_345_678);
    expect(together.complete).toBe(true);
    expect(apart.complete).toBe(true);
    expect(apart.log.map(({ from, to, type }) => [from, to, type])).toEqual(
      together.log.map(({ from, to, type }) => [from, to, type]),
    );
    for (const [index, { at }] of apart.log.entries()) expect(at).toBeCloseTo(together.log[index]?.at as number, 0);
  });
});

describe("another transport", () => {
  it("changes nothing else: a cluster runs on a plain queue", () => {
    const office = new PostOffice({ size: 25, settings: {}, seed: 1 });
    for (let value = 0; value < 200; value++) {
      office.broadcast(`n${value % 25}`, value);
      office.run(50);
    }
    office.run(3000);
    expect(office.values().every((held) => held.length === 200)).toBe(true);
    expect(office.lines).toEqual([]);
  });
});
