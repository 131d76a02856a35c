import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import { Histogram } from "./histogram.js";

/** A time during which the bench itself stood still, in ms since the workload began. */
export type Stall = readonly [from: number, to: number];

/** How late the bench was, through no fault of the nodes; ms. */
export interface Lateness {
  /** Actual minus due time of the deliveries to nodes. */
  readonly deliveries: DelaySummary;
  /** Delay of the bench's own event loop, sampled all along. */
  readonly eventLoop: DelaySummary;
  /** Every time that the bench was more than `STALL_THRESHOLD` late. */
  readonly stalls: readonly Stall[];
}

/** A series of delays in short; ms. */
export interface DelaySummary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Lateness beyond this (ms) is kept as a stall. */
const STALL_THRESHOLD = 5;

/** Time between two samples of the event loop's delay (ms). */
const SAMPLE_INTERVAL = 10;

/** Measures the bench's own lateness: every delivery reports to it, and a timer of its own samples the event loop. */
export class LatenessMeter {
  private readonly deliveries = new Histogram();
  private readonly eventLoop = new Histogram();
  private readonly stalls: [number, number][] = [];
  private running = false;
  private cancelSample: CancelTask | undefined;

  constructor(private readonly clock: Clock) {}

  /** Begins to measure; what is reported before is not counted. */
  start(): void {
    this.running = true;
    this.sample();
  }

  stop(): void {
    this.running = false;
    this.cancelSample?.();
  }

  /** One delivery: when it should have happened and when it did, in ms of the clock. */
  delivered(due: number, actual: number): void {
    if (!this.running) return;
    this.deliveries.add(Math.max(0, actual - due));
    this.noteStall(due, actual);
  }

  /** What was measured so far; times of stalls are told relative to `origin` (ms of the clock). */
  summary(origin: number): Lateness {
    return {
      deliveries: summarise(this.deliveries),
      eventLoop: summarise(this.eventLoop),
      stalls: this.stalls.map(([from, to]): Stall => [round(from - origin), round(to - origin)]),
    };
  }

  private sample(): void {
    const due = this.clock.now() + SAMPLE_INTERVAL;
    this.cancelSample = this.clock.schedule(SAMPLE_INTERVAL, () => {
      const now = this.clock.now();
      this.eventLoop.add(Math.max(0, now - due));
      this.noteStall(due, now);
      this.sample();
    });
  }

  private noteStall(due: number, actual: number): void {
    if (actual - due <= STALL_THRESHOLD) return;
    let from = due;
    // Reports come in the order in which the delays ended, so only the latest stalls can overlap this one.
    for (let last = this.stalls.at(-1); last !== undefined && last[1] >= from; last = this.stalls.at(-1)) {
      from = Math.min(from, last[0]);
      this.stalls.pop();
    }
    this.stalls.push([from, actual]);
  }
}

/** How much of the time from `from` to `to` the bench stood still (ms). */
export function stalledWithin(stalls: readonly Stall[], from: number, to: number): number {
  let total = 0;
  for (const [start, end] of stalls) total += Math.max(0, Math.min(end, to) - Math.max(start, from));
  return total;
}

function summarise(histogram: Histogram): DelaySummary {
  return {
    count: histogram.count,
    p50: round(histogram.quantile(0.5)),
    p99: round(histogram.quantile(0.99)),
    max: round(histogram.max),
  };
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
