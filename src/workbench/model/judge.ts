import { Attempts, type OperationCounts, type OperationsByKind } from "./attempts.js";
import { FinalReads } from "./final-reads.js";
import { Histogram } from "./histogram.js";
import type {
  CompleteEvent,
  EndEvent,
  FaultEvent,
  HistoryEvent,
  InvokeEvent,
  OperationName,
  StartEvent,
} from "./history.js";
import { summarise } from "./lateness.js";
import { type Load, loadOf } from "./load.js";
import { isSilencing, MaelstromView } from "./maelstrom-view.js";
import { notesOn } from "./notes.js";
import { jsonText } from "./number-literals.js";
import { beginningOf, printable } from "./printable.js";
import { quantiles } from "./quantiles.js";
import { type BenchResult, MOST_VIOLATIONS_KEPT, type ValueReport } from "./result.js";
import { type CompletedRead, SetChecker } from "./set-checker.js";
import { judge, latenciesOf } from "./verdict.js";
import { forClientOf, type Violation } from "./violation.js";

interface Pending {
  readonly position: number;
  readonly event: InvokeEvent;
}

/**
 * Folds a history, event by event, into a result. The live run and `check` use the same code, so they cannot disagree.
 * Throws RangeError for an inconsistent history (a completion without an invocation, a gap in the values).
 */
export class Judge {
  private readonly nodeIndexes: ReadonlyMap<string, number>;
  private readonly checker: SetChecker;
  private readonly maelstrom: MaelstromView;
  private readonly pending = new Map<number, Pending>();
  private readonly attempts = { broadcast: new Attempts(), read: new Attempts() };
  private readonly finalReads: FinalReads;
  private readonly answerTimes = new Histogram();
  private readonly broadcastEvents: InvokeEvent[] = [];
  private readonly violations: Violation[] = [];
  private readonly faults: FaultEvent[] = [];
  /** Number of reads that showed null instead of a list, by node. */
  private readonly nullLists = new Map<string, number>();
  private violationsSeen = 0;
  private silencingSeen = 0;
  private invokedInTime = 0;
  private okInTime = 0;
  /** Start of the time in which every client has an operation in progress, and the length of such times before; ms. */
  private allBusySince: number | undefined;
  private allBusy = 0;
  private position = 0;

  /** `onAnomaly` is called for violations that only reads reveal. */
  constructor(
    private readonly start: StartEvent,
    private readonly onAnomaly: (violation: Violation) => void = () => {},
  ) {
    const { nodeIds } = start.settings;
    this.nodeIndexes = new Map(nodeIds.map((node, index) => [node, index]));
    this.checker = new SetChecker(nodeIds.length);
    this.maelstrom = new MaelstromView(this.checker);
    this.finalReads = new FinalReads(nodeIds);
  }

  /** Operations begun so far. */
  get operationCount(): number {
    return this.attempts.broadcast.begun + this.attempts.read.begun;
  }

  /** Values broadcast so far. */
  get valueCount(): number {
    return this.checker.attemptCount;
  }

  /** Values that have not yet been read from every node. */
  get notYetEverywhere(): number {
    return this.checker.notYetEverywhere;
  }

  /** How many violations there are so far. */
  get violationCount(): number {
    return this.violationsSeen;
  }

  /** Violations after which Maelstrom no longer hears their node. */
  get silencingCount(): number {
    return this.silencingSeen;
  }

  /** Takes the next event; the first and the last one have methods of their own. */
  add(event: Exclude<HistoryEvent, StartEvent | EndEvent>): void {
    switch (event.type) {
      case "invoke":
        this.invoked(event);
        break;
      case "fault":
        this.faults.push(event);
        break;
      case "violation":
        this.violated(event.violation);
        break;
      default:
        this.completed(event);
    }
  }

  /** The result, once the run has ended. */
  finish(end: EndEvent): BenchResult {
    const { start, checker, violations } = this;
    const { settings, limits } = start;
    const outcomes = checker.outcomes();
    const operations = this.operations();
    const messages = end.traffic.servers.count;
    const perOperation = operations.invoked === 0 ? undefined : messages / operations.invoked;
    const load = this.loadOf(end);
    const verdict = judge({
      ...{ settings, limits, outcomes, operations, load, violations, violationCount: this.violationsSeen },
      challenge: start.challenge,
      messagesPerOperation: perOperation,
      errors: { broadcast: this.attempts.broadcast.errors, read: this.attempts.read.errors },
      strayReplies: end.strayReplies ?? {},
      lateReads: end.lateReads,
      finalReads: this.finalReads.all(),
      cutShort: end.cutShort,
      machineFault: end.machineFault,
      stalls: end.lateness.stalls,
    });
    const withFate = (fate: string) => outcomes.filter((outcome) => outcome.fate === fate).map(({ value }) => value);
    const lost = withFate("lost");
    const neverRead = withFate("never-read");
    return {
      ...verdict,
      maelstrom: this.maelstrom.verdict(end.cutShort !== undefined),
      notes: notesOn({
        nullLists: this.nullLists,
        violations,
        nodeOutput: end.lateness.nodeOutput ?? 0,
        unknownRequests: end.unknownRequests ?? [],
      }),
      messagesPerOperation: perOperation ?? null,
      messagesPerBroadcast: operations.broadcasts.invoked === 0 ? null : messages / operations.broadcasts.invoked,
      latencies: quantiles(latenciesOf(outcomes)) ?? null,
      stableCount: outcomes.length - lost.length - neverRead.length,
      lostCount: lost.length,
      neverReadCount: neverRead.length,
      missingCount: outcomes.filter(({ missingOn }) => missingOn !== undefined).length,
      lost,
      neverRead,
      ...(start.challenge === undefined ? {} : { challenge: start.challenge }),
      settings,
      limits,
      operations,
      rate: { nominal: settings.rate, achieved: load.begun, done: load.done },
      answerTimes: summarise(this.answerTimes),
      messages: end.traffic,
      lateness: end.lateness,
      violations,
      violationCount: this.violationsSeen,
      faults: this.faults,
      values: outcomes.map((outcome): ValueReport => {
        const { node, time } = this.broadcastEvents[outcome.value] as InvokeEvent;
        return { ...outcome, node, invokedAt: time };
      }),
    };
  }

  private invoked(event: InvokeEvent): void {
    const position = this.position++;
    const { process, operation, value, final } = event;
    if (!this.nodeIndexes.has(event.node)) throw new RangeError(`node ${event.node} is not in the settings`);
    if (this.pending.has(process)) throw new RangeError(`process ${process} already has an operation in progress`);
    this.pending.set(process, { position, event });
    if (this.pending.size >= this.nodeIndexes.size) this.allBusySince ??= event.time;
    this.attempts[operation].began();
    if (final) this.finalReads.began(event);
    else this.invokedInTime++;
    if (operation === "broadcast") {
      if (value === undefined) throw new RangeError("a broadcast needs a value");
      this.checker.broadcastInvoked(value);
      this.broadcastEvents.push(event);
    }
    this.maelstrom.invoked(operation, value);
  }

  private completed(event: CompleteEvent): void {
    const position = this.position++;
    const { process, operation, type } = event;
    const pending = this.pending.get(process);
    if (pending === undefined || pending.event.operation !== operation) {
      throw new RangeError(`process ${process} ends a ${operation} that it did not start`);
    }
    if (pending.event.node !== event.node) {
      throw new RangeError(
        `process ${process} ends on ${event.node} an operation that it started on ${pending.event.node}`,
      );
    }
    this.pending.delete(process);
    this.endAllBusy(event.time);
    if (pending.event.final) this.finalReads.ended(event, pending.event);
    this.answerTimes.add(Math.max(0, event.time - pending.event.time));
    if (type !== "ok") {
      this.attempts[operation].failed(type, event.error);
      return;
    }
    this.attempts[operation].succeeded();
    if (!pending.event.final) this.okInTime++;
    if (operation === "broadcast") this.acknowledged(event, pending, position);
    else this.read(event, pending, position);
  }

  private acknowledged({ node, time }: CompleteEvent, { event }: Pending, position: number): void {
    const value = event.value as number;
    this.maelstrom.acknowledged(node, value, position, time);
    this.checker.broadcastAcknowledged(value, position, time);
  }

  private read(event: CompleteEvent, pending: Pending, position: number): void {
    const read: CompletedRead = {
      invokedPosition: pending.position,
      invokedAt: pending.event.time,
      completedPosition: position,
      completedAt: event.time,
      node: this.nodeIndexes.get(event.node) as number,
      values: event.values ?? [],
      final: pending.event.final,
    };
    if (event.nullList) this.nullLists.set(event.node, (this.nullLists.get(event.node) ?? 0) + 1);
    this.maelstrom.readCompleted(event.node, read);
    const { twice, invented } = this.checker.readCompleted(read);
    if (twice.length > 0)
      this.anomaly("value-twice", event, `sent a read_ok that shows ${listed(twice)} more than once`);
    if (invented.length > 0) {
      this.anomaly(
        "value-invented",
        event,
        `sent a read_ok that shows ${listed(invented)}, which no client has broadcast`,
      );
    }
  }

  private anomaly(rule: "value-twice" | "value-invented", event: CompleteEvent, problem: string): void {
    const { node: asked, by: node = asked, time, line } = event;
    const violation: Violation = {
      rule,
      node,
      time,
      problem: forClientOf(asked, node, problem),
      ...(line === undefined ? {} : { line }),
    };
    this.violated(violation);
    this.onAnomaly(violation);
  }

  private violated(violation: Violation): void {
    this.violationsSeen++;
    if (isSilencing(violation)) this.silencingSeen++;
    if (this.violations.length < MOST_VIOLATIONS_KEPT) this.violations.push(violation);
    this.maelstrom.violated(violation);
  }

  /** Operations in progress when a run is cut short have an unknown outcome. */
  private operations(): OperationsByKind {
    const open = [...this.pending.values()].map(({ event }) => event.operation);
    const openOf = (operation: OperationName) => open.filter((name) => name === operation).length;
    const broadcasts = this.attempts.broadcast.counts(openOf("broadcast"));
    const reads = this.attempts.read.counts(openOf("read"));
    return { ...sum(broadcasts, reads), broadcasts, reads };
  }

  private loadOf(end: EndEvent): Load {
    const duration = Math.min(this.start.settings.timeLimit, Math.max(0, end.time));
    const { invokedInTime, okInTime, start, allBusy } = this;
    return loadOf({ duration, rate: start.settings.rate, begun: invokedInTime, ok: okInTime, gaps: end.load, allBusy });
  }

  private endAllBusy(time: number): void {
    if (this.allBusySince === undefined) return;
    const end = Math.min(time, this.start.settings.timeLimit);
    this.allBusy += Math.max(0, end - this.allBusySince);
    this.allBusySince = undefined;
  }
}

const MOST_VALUES_LISTED = 5;
const LONGEST_VALUE = 40;

function listed(values: readonly unknown[]): string {
  const shown = values.slice(0, MOST_VALUES_LISTED).map(shownValue);
  return values.length > shown.length
    ? `${shown.join(", ")} and ${values.length - shown.length} more`
    : shown.join(", ");
}

function shownValue(value: unknown): string {
  const text = jsonText(value);
  return text.length <= LONGEST_VALUE ? printable(text) : `${printable(beginningOf(text, LONGEST_VALUE))}…`;
}

function sum(a: OperationCounts, b: OperationCounts): OperationCounts {
  return {
    invoked: a.invoked + b.invoked,
    ok: a.ok + b.ok,
    failed: a.failed + b.failed,
    indeterminate: a.indeterminate + b.indeterminate,
  };
}
