import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import { drawPartition, PARTITION_KINDS } from "../../../src/workbench/model/faults/partitions.js";
import { drawGap, drawLatency } from "../../../src/workbench/model/latency.js";
import { LatenessMeter } from "../../../src/workbench/model/lateness.js";
import { Network } from "../../../src/workbench/model/network.js";
import { NetworkConditions } from "../../../src/workbench/model/network-conditions.js";
import { Provenance } from "../../../src/workbench/model/provenance.js";
import { numberedNodes } from "../../../src/workbench/model/settings.js";
import { TrafficMeter } from "../../../src/workbench/model/traffic.js";

let clock: FakeClock;
let conditions: NetworkConditions;
let traffic: TrafficMeter;
let network: Network;
let received: string[];
let overflows: [sender: string, receiver: string, isReading: boolean][];
/** Whether n1 reads. */
let reads: boolean;

const message = (src: string, dest: string) => ({ src, dest, body: { type: "gossip" } });

beforeEach(() => {
  clock = new FakeClock();
  conditions = new NetworkConditions();
  traffic = new TrafficMeter();
  const random = new SeededRandom(1);
  const lateness = new LatenessMeter(clock);
  const provenance = new Provenance(["n0", "n1", "n2"]);
  network = new Network(
    { latency: 100, latencyDistribution: "constant" },
    {
      clock,
      random,
      conditions,
      traffic,
      lateness,
      provenance,
      overflowed: ({ sender, receiver }, isReading) => overflows.push([sender, receiver, isReading]),
    },
  );
  received = [];
  overflows = [];
  reads = true;
  for (const node of ["n0", "n1", "n2"]) {
    network.addReceiver(node, {
      admits: () => true,
      take: ({ message }) => {
        received.push(`${message.src}>${message.dest}@${clock.now()}`);
        return node !== "n1" || reads;
      },
    });
  }
});

describe("the network", () => {
  it("carries a message between nodes after its latency", () => {
    network.sendFromNode(message("n0", "n1"), undefined, 50, 1);
    clock.advance(500);
    expect(received).toEqual(["n0>n1@100"]);
  });

  it("carries a client's request and the reply in no time", () => {
    const replies: string[] = [];
    const client = network.openClient((reply) => replies.push(reply.src));
    network.sendFromClient(client, "n0", { type: "read" });
    network.sendFromNode(message("n0", client), undefined, 50, 1);
    expect(received).toEqual(["c0>n0@0"]);
    expect(replies).toEqual(["n0"]);
  });

  it("drops messages across a partition, in one direction, and reports nothing", () => {
    conditions.cut(new Map([["n1", new Set(["n0"])]]));
    expect(network.sendFromNode(message("n0", "n1"), undefined, 50, 1)).toBe("sent");
    network.sendFromNode(message("n1", "n0"), undefined, 50, 1);
    clock.advance(500);
    expect(received).toEqual(["n1>n0@100"]);
  });

  it("never drops a client's request", () => {
    conditions.cut(new Map([["n1", new Set(["c0", "n0"])]]));
    network.sendFromClient(
      network.openClient(() => {}),
      "n2",
      {},
    );
    expect(received).toHaveLength(1);
  });

  it("counts every message between nodes, including dropped ones, and those of clients separately", () => {
    conditions.cut(new Map([["n1", new Set(["n0"])]]));
    network.sendFromNode(message("n0", "n1"), undefined, 50, 1);
    network.sendFromNode(message("n0", "n2"), undefined, 50, 1);
    network.sendFromClient(
      network.openClient(() => {}),
      "n0",
      {},
    );
    clock.advance(500);
    expect(traffic.snapshot()).toEqual({
      servers: { count: 2, bytes: 100, dropped: 1, duplicated: 0, byType: { gossip: { count: 2, bytes: 100 } } },
      clients: { count: 1, bytes: 0 },
    });
  });

  it("distinguishes an unknown destination from a client that has left", () => {
    const client = network.openClient(() => {});
    network.closeClient(client);
    expect(network.sendFromNode(message("n0", client), undefined, 50, 1)).toBe("client-gone");
    expect(network.sendFromNode(message("n0", "n9"), undefined, 50, 1)).toBe("unknown-destination");
    expect(traffic.serverMessages).toBe(0);
  });
});

describe("the messages in flight", () => {
  const LINE = "x".repeat(16 * 2 ** 20);
  /** Sends this many messages of 16 MiB. */
  const send = (count: number, dest = "n1") => {
    for (let sent = 0; sent < count && overflows.length === 0; sent++)
      network.sendFromNode(message("n0", dest), LINE, LINE.length, 1);
  };

  it("have a limit of 512 MiB, and the flood's sender and receiver are reported", () => {
    send(31);
    expect(overflows).toEqual([]);
    network.sendFromNode(message("n2", "n0"), LINE, LINE.length, 1);
    expect(overflows).toEqual([["n0", "n1", true]]);
  });

  it("include those that wait for a node that does not read", () => {
    reads = false;
    for (let second = 0; second < 31; second++) {
      send(1);
      clock.advance(1000);
    }
    expect(overflows).toEqual([]);
    send(2);
    expect(overflows).toEqual([["n0", "n1", false]]);
  });

  it("exclude those that arrived, were dropped, or came to a node that was down", () => {
    for (let second = 0; second < 40; second++) {
      send(10);
      clock.advance(1000);
    }
    conditions.cut(new Map([["n2", new Set(["n0"])]]));
    send(100, "n2");
    conditions.heal();
    network.addReceiver("n3", { admits: () => false, take: () => true });
    for (let second = 0; second < 40; second++) {
      send(10, "n3");
      clock.advance(1000);
    }
    expect(overflows).toEqual([]);
  });

  it("keep only a line, not its parsed form", () => {
    let delivered: unknown;
    network.addReceiver("n3", {
      admits: () => true,
      take: (delivery) => {
        delivered = delivery;
        return true;
      },
    });
    const line = '{"src":"n0","dest":"n3","body":{"type":"gossip","values":[1,2]}}';
    network.sendFromNode(JSON.parse(line), line, line.length, 1);
    clock.advance(500);
    expect(delivered).toMatchObject({ message: { src: "n0", dest: "n3", body: { type: "gossip" } }, line });
    expect(delivered).not.toHaveProperty("message.body.values");
  });
});

describe("latency", () => {
  const random = new SeededRandom(7);
  const draws = (distribution: "constant" | "uniform" | "exponential") =>
    Array.from({ length: 20_000 }, () => drawLatency(distribution, 100, random));
  const mean = (series: number[]) => series.reduce((sum, value) => sum + value, 0) / series.length;

  it("is always the mean when it is constant", () => {
    expect(new Set(draws("constant"))).toEqual(new Set([100]));
  });

  it("lies in 0 … 2·mean, whole ms, when it is uniform", () => {
    const series = draws("uniform");
    expect(Math.min(...series)).toBe(0);
    expect(Math.max(...series)).toBe(199);
    expect(mean(series)).toBeCloseTo(99.5, -1);
  });

  describe("that is exponential", () => {
    const series = Array.from({ length: 200_000 }, () => drawLatency("exponential", 100, random));

    // Two million draws of Maelstrom's own generator: mean 99.52, standard deviation 100.07, and these quantiles.
    it.each([
      [0.1, 10, 1],
      [0.5, 69, 1],
      [0.9, 230, 3],
      [0.99, 461, 10],
      [0.999, 691, 35],
    ])("has Maelstrom's quantile %d", (fraction, expected, tolerance) => {
      const quantile = series.toSorted((a, b) => a - b)[Math.floor(series.length * fraction)] as number;
      expect(Math.abs(quantile - expected)).toBeLessThanOrEqual(tolerance);
    });

    it("has Maelstrom's mean and deviation, in whole ms, one draw independent of the next", () => {
      const average = mean(series);
      const deviations = series.map((value) => value - average);
      const variance = mean(deviations.map((deviation) => deviation ** 2));
      const covariance = mean(deviations.slice(1).map((deviation, index) => deviation * (deviations[index] as number)));
      expect(average).toBeGreaterThan(98.5);
      expect(average).toBeLessThan(100.5);
      expect(Math.sqrt(variance)).toBeGreaterThan(98.5);
      expect(Math.sqrt(variance)).toBeLessThan(101.5);
      expect(Math.abs(covariance / variance)).toBeLessThan(0.01);
      expect(series.every(Number.isInteger)).toBe(true);
    });
  });

  it("gaps are uniform in 0 … 2·mean", () => {
    const series = Array.from({ length: 20_000 }, () => drawGap(10, random));
    expect(Math.max(...series)).toBeLessThan(20);
    expect(mean(series)).toBeCloseTo(10, 0);
    expect(series.filter((gap) => gap < 5).length / series.length).toBeCloseTo(0.25, 1);
  });
});

describe("a partition", () => {
  const draw = (kind: (typeof PARTITION_KINDS)[number], count: number) =>
    drawPartition(kind, numberedNodes(count), new SeededRandom(count));
  const sizes = (kind: (typeof PARTITION_KINDS)[number], count: number) =>
    [...draw(kind, count).cuts.values()].map((dropped) => dropped.size).sort((a, b) => a - b);

  it("of one node leaves it alone", () => {
    expect(sizes("one", 5)).toEqual([1, 1, 1, 1, 4]);
  });

  it("in half puts the smaller half on one side", () => {
    expect(sizes("majority", 5)).toEqual([2, 2, 2, 3, 3]);
  });

  it("of a minority takes fewer than a third", () => {
    expect(sizes("minority-third", 25).filter((size) => size === 17)).toHaveLength(8);
    expect(sizes("minority-third", 3)).toEqual([0, 0, 0]);
  });

  it.each([5, 7, 25])("in a ring lets each of %i nodes see a majority, and no node see all", (count) => {
    const { cuts } = draw("majorities-ring", count);
    expect(cuts.size).toBe(count);
    for (const [node, dropped] of cuts) {
      expect(dropped.has(node)).toBe(false);
      expect(count - dropped.size).toBeGreaterThan(count / 2);
      expect(dropped.size).toBeGreaterThan(0);
    }
  });

  it.each(PARTITION_KINDS)("of kind %s cuts both ways and copes with a single node", (kind) => {
    const { cuts } = draw(kind, 25);
    for (const [receiver, dropped] of cuts)
      for (const sender of dropped) expect(cuts.get(sender)?.has(receiver)).toBe(true);
    expect(() => draw(kind, 1)).not.toThrow();
  });
});
