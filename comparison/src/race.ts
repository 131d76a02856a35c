import { setTimeout as sleep } from "node:timers/promises";
import { Cluster, type MemberProgram } from "./cluster.ts";
import type { Report } from "./orders.ts";
import { quantile } from "./quantile.ts";
import { describe } from "./systems/descriptions.ts";

/** The load of a race: first bursts, then a steady load. */
export interface RaceLoad {
  readonly members: number;
  /** Values of a burst; 0 for none. */
  readonly burst: number;
  /** Values per second of the steady load, by all members in turn. */
  readonly rate: number;
  /** Length of the steady load, in ms. */
  readonly duration: number;
}

/** The result of a burst. */
interface BurstResult {
  /** Values per second, until the last member has the last value. */
  readonly rate: number;
  /** CPU time of the members and the server, in µs per value. */
  readonly cpu: number;
}

/** The result of a steady load. */
interface SteadyResult {
  /** Latency of the deliveries to other members, in ms. */
  readonly median: number;
  readonly p99: number;
  /** CPU time of the members and the server, in µs per value. */
  readonly cpu: number;
  /** Bytes that the members and the server write to connections, per value. */
  readonly bytes: number;
}

/** The result of one system under a load. */
export interface RaceResult {
  /** A burst by one member, which is not the root of a tree. */
  readonly one: BurstResult;
  /** A burst by all members together. */
  readonly all: BurstResult;
  readonly steady: SteadyResult;
  /** Deliveries that did not come, as a share of those due. */
  readonly lost: number;
}

/** Bytes of a value. */
const VALUE_BYTES = 50;
/** Values of each member before a measurement. */
const WARM_UP = 20;
/** Time for deferred work after a load, in ms: its CPU time counts. */
const SETTLE_TIME = 1000;
/** A member that gets no value for this long has lost the rest, in ms. */
const PATIENCE = 5000;

/** Runs one system under the load. */
export async function race(system: string, load: RaceLoad, program?: MemberProgram): Promise<RaceResult> {
  const cluster = await Cluster.start(system, load.members, program);
  try {
    return await new Race(cluster, load, describe(system).server !== undefined).run();
  } finally {
    cluster.stop();
  }
}

class Race {
  private next = 0;
  private due = 0;
  private delivered = 0;
  private readonly cluster: Cluster;
  private readonly load: RaceLoad;
  /** Whether a server passes the messages on. */
  private readonly isServed: boolean;

  constructor(cluster: Cluster, load: RaceLoad, isServed: boolean) {
    this.cluster = cluster;
    this.load = load;
    this.isServed = isServed;
  }

  async run(): Promise<RaceResult> {
    const { burst, members } = this.load;
    // Every member opens its connections, and the compiler optimizes the code that the load uses.
    await this.burst(this.everyone(), Math.max(members * WARM_UP, burst / 10));
    this.due = 0;
    this.delivered = 0;
    const one = await this.burst([members - 1], burst);
    const all = await this.burst(this.everyone(), burst);
    const steady = await this.steady();
    return { one, all, steady, lost: 1 - this.delivered / this.due };
  }

  private everyone(): number[] {
    return Array.from({ length: this.load.members }, (_, index) => index);
  }

  /** Lets each of the authors broadcast its share at once. */
  private async burst(authors: readonly number[], total: number): Promise<BurstResult> {
    if (total === 0) return { rate: Number.NaN, cpu: Number.NaN };
    const share = Math.ceil(total / authors.length);
    const count = share * authors.length;
    const expected = this.cluster.expect(count, PATIENCE);
    const serverCpu = this.cluster.serverCpu();
    for (const author of authors)
      this.cluster.burst(author, { first: this.takeIds(share), count: share, length: VALUE_BYTES });
    const progress = await expected;
    await sleep(SETTLE_TIME);
    const reports = await this.cluster.reports(false);
    const begunAt = Math.min(...progress.map((member) => member.begunAt ?? Number.POSITIVE_INFINITY));
    const lastAt = Math.max(...progress.map((member) => member.lastAt));
    const had = progress.reduce((sum, member) => sum + member.count, 0);
    this.due += count * this.load.members;
    this.delivered += had;
    return {
      rate: (1000 * had) / this.load.members / (lastAt - begunAt),
      cpu: (1e6 * (sumOf(reports, "cpu") + this.cluster.serverCpu() - serverCpu)) / count,
    };
  }

  /** All members broadcast, one after another, at an even pace. */
  private async steady(): Promise<SteadyResult> {
    const { members, rate, duration } = this.load;
    const share = Math.round((rate * duration) / 1000 / members);
    const gap = (1000 * members) / rate;
    const expected = this.cluster.expect(share * members, PATIENCE);
    const serverCpu = this.cluster.serverCpu();
    for (const author of this.everyone())
      this.cluster.steady(
        author,
        { first: this.takeIds(share), count: share, length: VALUE_BYTES },
        gap,
        (author * gap) / members,
      );
    const progress = await expected;
    await sleep(SETTLE_TIME);
    const reports = await this.cluster.reports();
    this.due += share * members * members;
    this.delivered += progress.reduce((sum, member) => sum + member.count, 0);
    const latencies = reports
      .flatMap(({ deliveries }) => deliveries.map(([, latency]) => latency))
      .sort((a, b) => a - b);
    return {
      median: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      cpu: (1e6 * (sumOf(reports, "cpu") + this.cluster.serverCpu() - serverCpu)) / (share * members),
      bytes: (sumOf(reports, "bytesWritten") + (this.isServed ? sumOf(reports, "bytesRead") : 0)) / (share * members),
    };
  }

  private takeIds(count: number): number {
    const first = this.next;
    this.next += count;
    return first;
  }
}

function sumOf(reports: readonly Report[], figure: "cpu" | "bytesRead" | "bytesWritten"): number {
  return reports.reduce((sum, report) => sum + report[figure], 0);
}
