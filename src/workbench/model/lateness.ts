import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import { Histogram } from "./histogram.js";
import { NodeOutput } from "./node-output.js";
import { lengthOf, type Span, without } from "./spans.js";

/** A time during which the bench itself stood still, in ms since the workload began. */
export type Stall = Span;

/** How late the bench was, through no fault of the nodes; ms. */
export interface Lateness {
  /** Actual minus due time of the deliveries to nodes. */
  readonly deliveries: DelaySummary;
  /** Delay of the bench's own event loop, sampled all along. */
  readonly eventLoop: DelaySummary;
  /** Every time that the bench was more than `STALL_THRESHOLD` late, without what the nodes' own output took of it. */
  readonly stalls: readonly Stall[];
  /** How long the bench was late because it handled the nodes' own output (ms), which excuses no node. */
  readonly nodeOutput?: number;
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

/** What is left of a stall (ms) is too short to matter. */
const SHORTEST_STALL = 1;

/** Time between two samples of the event loop's delay (ms). */
const SAMPLE_INTERVAL = 10;

/** Whose doing a time was, in ms. */
export interface Blame {
  readonly ofNodes: number;
  readonly ofBench: number;
}

/** Measures the bench's own lateness: every delivery reports to it, and a timer of its own samples the event loop. */
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

  /** Does work that a node's output causes: being late because of it excuses no node. */
  handleOutput(work: () => void): void {
    this.output.handle(work);
  }

  /** Shares the blame for times (ms of the clock, in order) in which nodes were waited for: the bench's are its stalls. */
  shareOfWaits(spans: readonly Span[]): Blame {
    const ofNodes = lengthOf(without(spans, this.ownStalls()));
    return { ofNodes, ofBench: lengthOf(spans) - ofNodes };
  }

  /** The same for times in which the bench was late: the nodes' are those that it spent on their output. */
  shareOfDelays(spans: readonly Span[]): Blame {
    const ofBench = lengthOf(without(spans, this.output.spans()));
    return { ofNodes: lengthOf(spans) - ofBench, ofBench };
  }

  /** What was measured so far; times of stalls are told relative to `origin` (ms of the clock). */
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
