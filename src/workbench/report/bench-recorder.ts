import { faultStretches } from "../model/faults/fault-stretches.js";
import type { CompleteEvent, HistoryEvent, InvokeEvent } from "../model/history.js";
import { shownName } from "../model/printable.js";
import type { BenchResult, ValueReport } from "../model/result.js";
import type { RunListener } from "../model/run-bench.js";
import type { MissedRead, RecordedValue, RunReport, Shown } from "./data/run-report.js";
import { conclusionOf, figuresOf } from "./figures.js";
import { Recorder, type RecordingLimits } from "./recorder.js";
import { type NodeDescription, settingsOf } from "./settings-list.js";
import { tellStories } from "./story.js";

/** The bench's definition of a value's latency. */
const LATENCY_MEANING =
  "Stable latency, as in Maelstrom: from when a value was known to exist to the start of the last read without it; 0 if every read showed it.";

/** Follows a run of the bench and makes its report. */
export class BenchRecorder implements Required<Pick<RunListener, "event" | "messages">> {
  readonly messages: Recorder;
  private readonly nodeIndexes: ReadonlyMap<string, number>;
  private readonly invoked = new Map<number, InvokeEvent>();
  private readonly acknowledgedAt = new Map<number, number>();
  /** For each value the last reads without it; several if they began together. */
  private readonly lastMissed: MissedRead[][] = [];
  private readonly shown: Shown[] = [];
  /** For each node the values that it showed before a message brought them. */
  private readonly shownEarly: readonly Set<number>[];
  /** For each value the number of the last read that showed it. */
  private readonly lastReadWith: number[] = [];
  private broadcasts = 0;
  private reads = 0;
  private end = 0;

  /** @param node description of the nodes, if there is one */
  constructor(
    nodes: readonly string[],
    private readonly node?: NodeDescription,
    limits?: RecordingLimits,
  ) {
    this.messages = new Recorder(nodes, limits);
    this.nodeIndexes = new Map(nodes.map((node, index) => [node, index]));
    this.shownEarly = nodes.map(() => new Set());
  }

  readonly event = (event: HistoryEvent): void => {
    if (event.type === "invoke") {
      this.invoked.set(event.process, event);
      if (event.operation === "broadcast") this.broadcasts++;
    } else if (event.type === "ok") this.succeeded(event);
    else if (event.type === "end") this.end = event.time;
  };

  /** The report of the run, once it has ended. */
  report(result: BenchResult): RunReport {
    const { settings, limits, challenge } = result;
    const { nodes, services, messages, types, causes, received, unrecorded } = this.messages.recording();
    const traced = {
      nodes,
      ...(services.length > 0 && { services }),
      types: types.map(shownName),
      causes,
      faults: faultStretches(result.faults).map(({ fault: kind, to = this.end, ...rest }) => ({ kind, to, ...rest })),
      values: result.values.map((value) => this.recordedValue(value, received)),
      messages,
      shown: this.shown,
      ...(this.node?.mode !== undefined && { mode: this.node.mode }),
    };
    return {
      kind: "run",
      title: challenge === undefined ? "a run of the bench" : `challenge ${challenge}`,
      verdict: result.verdict,
      conclusion: conclusionOf(result),
      settings: settingsOf(settings, this.node),
      figures: figuresOf(result),
      limits,
      latencyMeaning: LATENCY_MEANING,
      operations: result.operations.invoked,
      timeLimit: settings.timeLimit,
      end: this.end,
      ...traced,
      // A story from an incomplete recording would claim that unrecorded messages were never sent.
      ...(unrecorded > 0 ? { stories: [], untold: 0, unrecorded } : tellStories(traced, limits.maxLatency)),
    };
  }

  private succeeded(event: CompleteEvent): void {
    const invoked = this.invoked.get(event.process);
    if (invoked === undefined) return;
    if (event.operation === "broadcast") this.acknowledgedAt.set(invoked.value as number, event.time);
    else this.wasRead(invoked, event);
  }

  private wasRead(invoked: InvokeEvent, { time, values = [] }: CompleteEvent): void {
    const node = this.nodeIndexes.get(invoked.node) ?? 0;
    const serial = this.reads++;
    for (const value of values) {
      if (!this.isBroadcast(value)) continue;
      this.lastReadWith[value] = serial;
      const early = this.shownEarly[node] as Set<number>;
      if (early.has(value) || this.messages.knows(node, value)) continue;
      early.add(value);
      this.shown.push({ value, node, at: time });
    }
    for (let value = 0; value < this.broadcasts; value++) {
      if (this.lastReadWith[value] === serial) continue;
      const read: MissedRead = { node, at: invoked.time, final: invoked.final === true };
      const last = this.lastMissed[value] ?? [];
      // The final reads begin together, and each one concerns its own node.
      const isBesides = last[0] !== undefined && (last[0].at === read.at || (last[0].final && read.final));
      if (isBesides) {
        if (!last.some((other) => other.node === node)) last.push(read);
      } else if ((last[0]?.at ?? -1) < read.at) this.lastMissed[value] = [read];
    }
  }

  private isBroadcast(value: unknown): value is number {
    return Number.isInteger(value) && (value as number) >= 0 && (value as number) < this.broadcasts;
  }

  private recordedValue(report: ValueReport, received: ReadonlyMap<number, number>): RecordedValue {
    const { value, node, invokedAt, fate, latency, missingOn, knownAt = Number.POSITIVE_INFINITY } = report;
    const receivedAt = received.get(value);
    const acknowledgedAt = this.acknowledgedAt.get(value);
    return {
      value,
      node: this.nodeIndexes.get(node) ?? 0,
      invokedAt,
      ...(receivedAt !== undefined && { receivedAt }),
      ...(acknowledgedAt !== undefined && { acknowledgedAt }),
      fate,
      ...(latency !== undefined && { latency }),
      missedBy: (this.lastMissed[value] ?? []).filter(({ at }) => at >= knownAt).sort((a, b) => a.node - b.node),
      ...(missingOn !== undefined && { missingOn }),
    };
  }
}
