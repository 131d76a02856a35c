import { setTimeout as sleep } from "node:timers/promises";
import { Cluster } from "./cluster.ts";
import { quantile } from "./quantile.ts";
import { describe } from "./systems/descriptions.ts";

/** The load, the same for every system. Times in ms. */
export const load = {
  members: 25,
  /** Broadcasts a second, by members in turn. */
  rate: 20,
  duration: 20_000,
  /** What each system gets after every member has broadcast once, and after the load to bring the last values everywhere. */
  settling: 5000,
  /** For how long one member is cut off, in the middle of a load of its own. */
  cut: 5000,
  /** The load before and after the cut. */
  around: 3000,
  /** What the member gets to catch up. */
  recovery: 12_000,
  valueBytes: 32,
} as const;

/** The figures of one system. */
export interface Measurement {
  readonly name: string;
  readonly broadcasts: number;
  /** Messages that arrived at members, of whatever kind, for each broadcast. */
  readonly messages: number;
  /** Bytes that members wrote to connections, and that a server wrote to them, for each broadcast. */
  readonly bytes: number;
  /** From the broadcast to each delivery to another member, in ms. */
  readonly median: number;
  readonly p99: number;
  /** Seconds of a processor of all members together, from the first broadcast to the end of the settling. */
  readonly cpu: number;
  /** The same of the server; 0 without one. */
  readonly serverCpu: number;
  /** Deliveries of those that there should have been. */
  readonly delivered: number;
  readonly expected: number;
  /** Values that were broadcast while a member was cut off, and how many of them it had in the end. */
  readonly missed: number;
  readonly recovered: number;
}

/** Who is cut off. */
const LOST = load.members - 1;

/** Runs one system under the load, then cuts off a member. */
export async function measure(system: string): Promise<Measurement> {
  const { name, server } = describe(system);
  const cluster = await Cluster.start(system, load.members);
  try {
    const warmUp = await broadcast(cluster, 0, (1000 / load.rate) * load.members, load.members);
    await sleep(load.settling);
    await cluster.reports();
    const serverCpu = cluster.serverCpu();
    const broadcasts = await broadcast(cluster, warmUp, load.duration, load.members);
    await sleep(load.settling);
    const reports = await cluster.reports();
    const sum = (figure: (report: (typeof reports)[number]) => number) =>
      reports.reduce((total, report) => total + figure(report), 0);
    const latencies = reports
      .flatMap(({ deliveries }) => deliveries.map(([, latency]) => latency))
      .sort((a, b) => a - b);
    const usedByServer = cluster.serverCpu() - serverCpu;
    const cutOff = await cutOneOff(cluster, warmUp + broadcasts);
    return {
      name,
      broadcasts,
      messages: sum(({ messages }) => messages) / broadcasts,
      bytes: (sum(({ bytesWritten }) => bytesWritten) + (server ? sum(({ bytesRead }) => bytesRead) : 0)) / broadcasts,
      median: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      cpu: sum(({ cpu }) => cpu),
      serverCpu: usedByServer,
      delivered: latencies.length,
      expected: broadcasts * (load.members - 1),
      ...cutOff,
    };
  } finally {
    cluster.stop();
  }
}

/** Broadcasts at the rate, by the first `members` of the cluster in turn; returns how many there were. */
async function broadcast(cluster: Cluster, first: number, duration: number, members: number): Promise<number> {
  const start = performance.now();
  const gap = 1000 / load.rate;
  const count = Math.round(duration / gap);
  for (let number = 0; number < count; number++) {
    await sleep(Math.max(0, start + number * gap - performance.now()));
    cluster.broadcast(number % members, first + number, load.valueBytes);
  }
  return count;
}

async function cutOneOff(cluster: Cluster, first: number): Promise<{ missed: number; recovered: number }> {
  let next = first;
  const run = async (duration: number) => {
    next += await broadcast(cluster, next, duration, LOST);
  };
  await run(load.around);
  const from = next;
  cluster.cut(LOST);
  await run(load.cut);
  const to = next;
  cluster.restore(LOST);
  await run(load.around);
  await sleep(load.recovery);
  const deliveries = (await cluster.reports())[LOST]?.deliveries ?? [];
  return { missed: to - from, recovered: deliveries.filter(([id]) => id >= from && id < to).length };
}
