import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../../../src/adapters/seeded-random/seeded-random.js";
import type { Fault } from "../../../../src/workbench/model/faults/fault.js";
import { DuplicateFault, LossFault, SlowFault } from "../../../../src/workbench/model/faults/network-faults.js";
import { LatenessMeter } from "../../../../src/workbench/model/lateness.js";
import { Network } from "../../../../src/workbench/model/network.js";
import { NetworkConditions } from "../../../../src/workbench/model/network-conditions.js";
import { Provenance } from "../../../../src/workbench/model/provenance.js";
import { TrafficMeter } from "../../../../src/workbench/model/traffic.js";

const LATENCY = 100;
const MESSAGES = 10_000;

let clock: FakeClock;
let conditions: NetworkConditions;
let traffic: TrafficMeter;
let network: Network;
/** When which message arrived, by its number. */
let arrivals: { readonly number: number; readonly at: number }[];

beforeEach(() => {
  clock = new FakeClock();
  conditions = new NetworkConditions();
  traffic = new TrafficMeter();
  const random = new SeededRandom(1);
  const lateness = new LatenessMeter(clock);
  const provenance = new Provenance(["n0", "n1"]);
  network = new Network(
    { latency: LATENCY, latencyDistribution: "constant" },
    { clock, random, conditions, traffic, lateness, provenance, overflowed: () => {} },
  );
  arrivals = [];
  network.addReceiver("n0", { admits: () => true, take: () => true });
  network.addReceiver("n1", {
    admits: () => true,
    take: ({ message }) => {
      arrivals.push({ number: message.body.number as number, at: clock.now() });
      return true;
    },
  });
});

function send(count: number): void {
  for (let number = 0; number < count; number++)
    network.sendFromNode({ src: "n0", dest: "n1", body: { number } }, undefined, 10, number);
  clock.advance(60_000);
}

function stop(fault: Fault): string {
  let detail: string | undefined;
  fault.stop((words) => {
    detail = words;
  });
  if (detail === undefined) throw new Error("it does not stop at once");
  return detail;
}

/** Whether `count` is plausible for that rate: within four standard deviations. */
function isBinomial(count: number, of: number, rate: number): boolean {
  return Math.abs(count - of * rate) < 4 * Math.sqrt(of * rate * (1 - rate));
}

describe("loss", () => {
  it("drops its share of the messages, and counts each as sent and as dropped", () => {
    expect(new LossFault(0.1, conditions).start()).toBe("10 % of the messages are lost");
    send(MESSAGES);
    const { count, dropped } = traffic.snapshot().servers;
    expect(isBinomial(dropped, MESSAGES, 0.1)).toBe(true);
    expect(count).toBe(MESSAGES);
    expect(arrivals).toHaveLength(MESSAGES - dropped);
  });

  it("drops nothing before it begins or after it ends", () => {
    const fault = new LossFault(1, conditions);
    send(10);
    fault.start();
    send(10);
    stop(fault);
    send(10);
    expect(arrivals).toHaveLength(20);
  });

  it("spares the clients", () => {
    new LossFault(1, conditions).start();
    const client = network.openClient(() => {});
    network.sendFromClient(client, "n1", { type: "read" });
    expect(arrivals).toHaveLength(1);
  });
});

describe("duplicate", () => {
  it("delivers its share of the messages twice, and counts the copies apart", () => {
    expect(new DuplicateFault(0.25, conditions).start()).toBe("25 % of the messages arrive twice");
    send(MESSAGES);
    const { count, duplicated } = traffic.snapshot().servers;
    expect(isBinomial(duplicated, MESSAGES, 0.25)).toBe(true);
    expect(count).toBe(MESSAGES);
    expect(arrivals).toHaveLength(MESSAGES + duplicated);
    expect(new Set(arrivals.map(({ number }) => number)).size).toBe(MESSAGES);
  });

  it("delays the copy by up to twice the latency, so that other messages come between", () => {
    new DuplicateFault(1, conditions).start();
    send(100);
    const copies = arrivals.filter(
      ({ number }, index) => arrivals.findIndex((other) => other.number === number) < index,
    );
    expect(copies).toHaveLength(100);
    for (const { at } of copies) expect(at).toBeLessThan(3 * LATENCY);
    expect(Math.max(...copies.map(({ at }) => at))).toBeGreaterThan(2 * LATENCY);
  });

  it("duplicates nothing once it has ended", () => {
    const fault = new DuplicateFault(1, conditions);
    fault.start();
    stop(fault);
    send(10);
    expect(arrivals).toHaveLength(10);
  });
});

describe("slow", () => {
  it("makes every message take longer, until it ends", () => {
    const fault = new SlowFault(500, conditions);
    expect(fault.start()).toBe("every message takes 500 ms longer");
    network.sendFromNode({ src: "n0", dest: "n1", body: { number: 0 } }, undefined, 10, 1);
    clock.advance(1000);
    stop(fault);
    network.sendFromNode({ src: "n0", dest: "n1", body: { number: 1 } }, undefined, 10, 2);
    clock.advance(1000);
    expect(arrivals).toEqual([
      { number: 0, at: LATENCY + 500 },
      { number: 1, at: 1000 + LATENCY },
    ]);
  });
});
