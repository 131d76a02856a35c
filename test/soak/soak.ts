import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { quantile, quantiles } from "../../src/workbench/model/quantiles.js";
import { Load } from "./cluster/load.js";
import { SIZE, type SoakCluster, type TransportName } from "./cluster/soak-cluster.js";
import type { MemberSample } from "./cluster/soak-member.js";
import { drawStorms, kindsOf } from "./faults/storms.js";
import { unleash } from "./faults/unleash.js";
import type { BrokenPromises, Calm, PastStorm, SoakRecord, TimedSample } from "./soak-record.js";

/** How long and how hard to soak. Times in ms. */
export interface SoakOptions {
  readonly transport: TransportName;
  readonly duration: number;
  readonly seed: number;
  /** Values per second at each member. */
  readonly rate: number;
  /** Bytes of a value. */
  readonly bytes: number;
  /** Longest fault. */
  readonly hold: number;
  /** Longest calm between storms. */
  readonly calm: number;
  /** Between two samples. */
  readonly interval: number;
}

/** Everything must be everywhere within this time after a storm, and at the end. */
const PATIENCE = 180_000;
/** A calm begins this long after everything was everywhere, while members may still find each other; sooner in short runs. */
const SETTLE_TIME = 5_000;
/** Pause between two looks at the ledger. */
const LOOK = 250;
/** Time between two lines about the progress. */
const PROGRESS = 60_000;

/** Sends values to a cluster, and draws faults, for a given time; closes the cluster at the end. @param tell gets lines on the progress */
export async function soak(
  cluster: SoakCluster,
  options: SoakOptions,
  tell: (line: string) => void,
): Promise<SoakRecord> {
  const run = new Run(cluster, options, tell);
  return run.perform();
}

class Run {
  private readonly begin = performance.now();
  private readonly samples: TimedSample[] = [];
  private readonly calms: Calm[] = [];
  private readonly storms: PastStorm[] = [];
  private readonly loads: number[] = [];
  private readonly settleTime: number;
  private calmSince: number | undefined;

  constructor(
    private readonly cluster: SoakCluster,
    private readonly options: SoakOptions,
    private readonly tell: (line: string) => void,
  ) {
    this.settleTime = Math.min(SETTLE_TIME, options.calm);
  }

  async perform(): Promise<SoakRecord> {
    const { cluster, options } = this;
    const load = new Load(cluster.members, options.rate);
    const sampler = setInterval(() => this.measure(), options.interval);
    const progress = setInterval(() => this.tell(this.progress()), PROGRESS);
    try {
      await this.weather();
    } finally {
      load.stop();
      clearInterval(sampler);
      clearInterval(progress);
    }
    const { ledger, members } = cluster;
    const deadline = performance.now() + PATIENCE;
    // A value that is acknowledged while all members close is in a journal, but may reach nobody.
    const isOver = () => ledger.unanswered === 0 && ledger.isComplete();
    while (!isOver() && performance.now() < deadline) await sleep(LOOK);
    const { unanswered } = ledger;
    await this.measure();
    const duration = this.now();
    const closed = await Promise.all(members.map((member) => member.close()));
    const loads = this.loads.sort((a, b) => a - b);
    return {
      transport: options.transport,
      bytes: options.bytes,
      survivor: `h${SIZE}`,
      duration,
      samples: this.samples,
      calms: this.calms,
      storms: this.storms,
      attempted: ledger.attempted,
      acknowledged: ledger.acknowledgedCount,
      refusals: Object.fromEntries(ledger.refusals),
      droppedPackets: cluster.droppedPackets,
      lives: Object.fromEntries(members.map(({ id, lives }) => [id, lives])),
      broken: this.brokenPromises(closed, unanswered),
      load: { median: quantile(loads, 0.5), max: quantile(loads, 1) },
    };
  }

  /** Calm and storms in turns. A storm that would not end in time does not begin, unless a kind of fault has not come yet. */
  private async weather(): Promise<void> {
    const { duration, seed, hold, calm, transport } = this.options;
    const hasBroker = transport === "nats";
    const lacking = new Set(kindsOf({ hasBroker }));
    await this.settle(0);
    for (const storm of drawStorms({ seed, size: SIZE, hasBroker, hold, calm })) {
      const longest = Math.max(...storm.faults.map(({ after, length }) => after + length));
      const left = duration - this.now();
      if (lacking.size === 0 && left < storm.calm + longest + 2 * this.settleTime) {
        await sleep(Math.max(0, left));
        this.endCalm();
        return;
      }
      await sleep(storm.calm);
      this.endCalm();
      const begin = this.now();
      await unleash(this.cluster, storm.faults);
      const end = this.now();
      const recovery = await this.settle(end);
      for (const { kind } of storm.faults) lacking.delete(kind);
      this.storms.push({ begin, end, faults: storm.faults, recovery });
      if (recovery === null) {
        this.tell(`not complete ${PATIENCE / 1000} s after a storm`);
        return;
      }
    }
  }

  /**
   * Waits until everything that was acknowledged before a moment is everywhere, and a while longer; then it is calm. Resolves to the
   * time from that moment until everything was everywhere, or to `null` if that took too long.
   */
  private async settle(moment: number): Promise<number | null> {
    const { ledger } = this.cluster;
    const at = this.begin + moment;
    const deadline = performance.now() + PATIENCE;
    while (ledger.completeAt(at) === Number.POSITIVE_INFINITY) {
      if (performance.now() > deadline) return null;
      await sleep(LOOK);
    }
    const recovery = ledger.completeAt(at) - at;
    await sleep(this.settleTime);
    this.cluster.takeLatencies();
    this.calmSince = this.now();
    return recovery;
  }

  private endCalm(): void {
    const latency = quantiles(this.cluster.takeLatencies());
    if (this.calmSince !== undefined && latency !== undefined)
      this.calms.push({ begin: this.calmSince, end: this.now(), latency });
    this.calmSince = undefined;
  }

  private async measure(): Promise<void> {
    this.loads.push(loadavg()[0] as number);
    await Promise.all(
      this.cluster.members.map(async (member) => {
        const wasCalm = this.calmSince !== undefined;
        const sample: MemberSample | undefined = await member.measure();
        const isCalm = wasCalm && this.calmSince !== undefined;
        if (sample !== undefined) this.samples.push({ member: member.id, at: this.now(), isCalm, ...sample });
      }),
    );
  }

  private brokenPromises(closed: readonly boolean[], unanswered: number): BrokenPromises {
    const { ledger, members } = this.cluster;
    const faults = members.map((member) => member.faults);
    const takenBack = members.flatMap(({ id, shown }) => shown.takenBack.map((name) => `${id}: ${name}`));
    return {
      ...ledger.judge(new Map(members.map((member) => [member.id, member.shown.list()]))),
      takenBack,
      unanswered,
      missed: faults.reduce((sum, { missed }) => sum + missed, 0),
      crashes: faults.flatMap(({ crashes }) => crashes),
      stillAlive: members.flatMap(({ id }, index) => (closed[index] ? [] : [id])),
    };
  }

  private progress(): string {
    const { ledger, members } = this.cluster;
    const last = this.samples.filter(({ member }) => member === members.at(-1)?.id).at(-1);
    const minutes = Math.round(this.now() / 60_000);
    const latency = this.calms.at(-1)?.latency;
    return [
      `${minutes} min`,
      `${this.storms.length} storms`,
      `${ledger.attempted} sent`,
      `${last?.member}: heap ${((last?.heap ?? 0) / 1e6).toFixed(1)} MB, ${last?.files} files, ${last?.timers} timers`,
      `latency ${Math.round(latency?.["0.5"] ?? 0)} / ${Math.round(latency?.["0.99"] ?? 0)} ms`,
      `load ${this.loads.at(-1)?.toFixed(1)}`,
    ].join("; ");
  }

  private now(): number {
    return performance.now() - this.begin;
  }
}
