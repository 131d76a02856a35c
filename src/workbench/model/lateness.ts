import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import { Histogram } from "./histogram.js";
import { NodeOutput } from "./node-output.js";
import { lengthOf, type Span, without } from "./spans.js";

/** A time during which the bench itself was stalled, in ms since the workload began. */
export type Stall = Span;

/** Lateness of the bench that is not the nodes' fault; ms. */
export interface Lateness {
  /** Actual minus due time of the deliveries to nodes. */
  readonly deliveries: DelaySummary;
  /** Delay of the bench's own event loop, sampled regularly. */
  readonly eventLoop: DelaySummary;
  /** Every time that the bench was more than `STALL_THRESHOLD` late, without the part caused by the nodes' own output. */
  readonly stalls: readonly Stall[];
  /** Time that the bench was late because it handled the nodes' own output (ms). It excuses no node. */
  readonly nodeOutput?: number;
}

/** A series of delays in short; ms. */
export interface DelaySummary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Lateness beyond this (ms) counts as a stall. */
const STALL_THRESHOLD = 5;

/** Remainders of stalls below this (ms) are ignored. */
const SHORTEST_STALL = 1;

/** Time between two samples of the event loop's delay (ms). */
const SAMPLE_INTERVAL = 10;

/** A time split by its cause, in ms. */
export interface Blame {
  readonly ofNodes: number;
  readonly ofBench: number;
}

/** Measures the bench's own lateness: from every delivery, and from a timer that samples the event loop. */
export class LatenessMeter {
  private readonly deliveries = new Histogram();
  private readonly eventLoop = new Histogram();
  private readonly stalls: [number, number][] = [];
  private running = false;
  private cancelSample: CancelTask | undefined;
  private readonly output: NodeOutput;

  /** `cpuTime`: the CPU time that the bench has used so far, in ms; absent where time is virtual. */
  constructor(
    private readonly clock: Clock,
    cpuTime?: () => number,
  ) {
    this.output = new NodeOutput(clock, cpuTime);
  }

  /** Begins to measure; earlier reports are ignored. */
  start(): void {
    this.running = true;
    this.sample();
  }

  stop(): void {
    this.running = false;
    this.cancelSample?.();
  }

  /** Takes one delivery: its due time and its actual time, in ms of the clock. */
  delivered(due: number, actual: number): void {
    if (!this.running) return;
    this.deliveries.add(Math.max(0, actual - due));
    this.noteStall(due, actual);
  }

  /** Does work caused by a node's output; lateness because of it excuses no node. */
  handleOutput(work: () => void): void {
    this.output.handle(work);
  }

  /** Splits times in which nodes were waited for (ms of the clock, in order): the bench is to blame for its stalls. */
  shareOfWaits(spans: readonly Span[]): Blame {
    const ofNodes = lengthOf(without(spans, this.ownStalls()));
    return { ofNodes, ofBench: lengthOf(spans) - ofNodes };
  }

  /** Splits times in which the bench was late: the nodes are to blame for the part spent on their output. */
  shareOfDelays(spans: readonly Span[]): Blame {
    const ofBench = lengthOf(without(spans, this.output.spans()));
    return { ofNodes: lengthOf(spans) - ofBench, ofBench };
  }

  /** The measurements so far; times of stalls are relative to `origin` (ms of the clock). */
  summary(origin: number): Lateness {
    return {
      deliveries: summarise(this.deliveries),
      eventLoop: summarise(this.eventLoop),
      stalls: this.ownStalls().map(([from, to]): Stall => [round(from - origin), round(to - origin)]),
      nodeOutput: round(lengthOf(this.stalls) - lengthOf(without(this.stalls, this.output.spans()))),
    };
  }

  private ownStalls(): Stall[] {
    return without(this.stalls, this.output.spans()).filter(([from, to]) => to - from > SHORTEST_STALL);
  }

  private sample(): void {
    const begun = this.clock.now();
    const due = begun + SAMPLE_INTERVAL;
    this.cancelSample = this.clock.schedule(SAMPLE_INTERVAL, () => {
      const now = this.clock.now();
      this.eventLoop.add(Math.max(0, now - due));
      this.noteStall(due, now);
      this.output.forgetUntil(begun);
      this.sample();
    });
  }

  private noteStall(due: number, actual: number): void {
    if (actual - due <= STALL_THRESHOLD) return;
    this.output.keepSince(due);
    let from = due;
    // Reports come in the order in which the delays ended, so only the latest stalls can overlap this one.
    for (let last = this.stalls.at(-1); last !== undefined && last[1] >= from; last = this.stalls.at(-1)) {
      from = Math.min(from, last[0]);
      this.stalls.pop();
    }
    this.stalls.push([from, actual]);
  }
}

/** A histogram of delays in short. */
export function summarise(histogram: Histogram): DelaySummary {
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
