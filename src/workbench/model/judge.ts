import type { CompleteEvent, EndEvent, FaultEvent, HistoryEvent, InvokeEvent, StartEvent } from "./history.js";
import { quantiles } from "./quantiles.js";
import { type BenchResult, MOST_VIOLATIONS_KEPT, type OperationCounts, type ValueReport } from "./result.js";
import { SetChecker } from "./set-checker.js";
import { judge, latenciesOf } from "./verdict.js";
import type { Violation } from "./violation.js";

type Counts = { -readonly [Key in keyof OperationCounts]: OperationCounts[Key] };

interface Pending {
  readonly position: number;
  readonly event: InvokeEvent;
}

/**
 * Folds a history, event by event, into a result. The live run and `check` both judge with it, so they cannot disagree.
 * Throws RangeError for a history that does not make sense (a completion without an invocation, a gap in the values).
 */
export class Judge {
  private readonly nodeIndexes: ReadonlyMap<string, number>;
  private readonly checker: SetChecker;
  private readonly pending = new Map<number, Pending>();
  private readonly broadcasts = noOperations();
  private readonly reads = noOperations();
  private readonly broadcastEvents: InvokeEvent[] = [];
  private readonly violations: Violation[] = [];
  private readonly faults: FaultEvent[] = [];
  private violationsSeen = 0;
  private invokedInTime = 0;
  private position = 0;

  /** `onAnomaly` hears of violations that only the reads show, as they are found. */
  constructor(
    private readonly start: StartEvent,
    private readonly onAnomaly: (violation: Violation) => void = () => {},
  ) {
    this.nodeIndexes = new Map(start.settings.nodeIds.map((node, index) => [node, index]));
    this.checker = new SetChecker(start.settings.nodeIds.length);
  }

  /** Operations begun so far. */
  get operationCount(): number {
    return this.broadcasts.invoked + this.reads.invoked;
  }

  /** Values that have not yet been read from every node. */
  get notYetEverywhere(): number {
    return this.checker.notYetEverywhere;
  }

  /** How many violations there are so far. */
  get violationCount(): number {
    return this.violationsSeen;
  }

  /** Takes in the next event; the first and the last one are given otherwise. */
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
    const { start, broadcasts, reads } = this;
    const outcomes = this.checker.outcomes();
    const operations = this.withOpenOperations();
    const messages = end.traffic.servers.count;
    const perOperation = operations.invoked === 0 ? undefined : messages / operations.invoked;
    const verdict = judge({
      limits: start.limits,
      nodeIds: start.settings.nodeIds,
      messagesPerOperation: perOperation,
      outcomes,
      okBroadcasts: broadcasts.ok,
      okReads: reads.ok,
      violations: this.violations,
      violationCount: this.violationsSeen,
      cutShort: end.cutShort,
      stalls: end.lateness.stalls,
    });
    const withFate = (fate: string) => outcomes.filter((outcome) => outcome.fate === fate).map(({ value }) => value);
    const lost = withFate("lost");
    const neverRead = withFate("never-read");
    return {
      ...verdict,
      messagesPerOperation: perOperation ?? null,
      messagesPerBroadcast: broadcasts.invoked === 0 ? null : messages / broadcasts.invoked,
      latencies: quantiles(latenciesOf(outcomes)) ?? null,
      stableCount: outcomes.length - lost.length - neverRead.length,
      lostCount: lost.length,
      neverReadCount: neverRead.length,
      missingCount: outcomes.filter(({ missingOn }) => missingOn !== undefined).length,
      lost,
      neverRead,
      ...(start.challenge === undefined ? {} : { challenge: start.challenge }),
      settings: start.settings,
      limits: start.limits,
      operations,
      rate: { nominal: start.settings.rate, achieved: this.achievedRate(end) },
      messages: end.traffic,
      lateness: end.lateness,
      violations: this.violations,
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
    if (this.pending.has(event.process)) throw new RangeError(`process ${event.process} has an operation under way`);
    this.pending.set(event.process, { position, event });
    this.countsOf(event).invoked++;
    if (!event.final) this.invokedInTime++;
    if (event.operation !== "broadcast") return;
    if (event.value === undefined) throw new RangeError("a broadcast of no value");
    this.checker.broadcastInvoked(event.value);
    this.broadcastEvents.push(event);
  }

  private completed(event: CompleteEvent): void {
    const position = this.position++;
    const pending = this.pending.get(event.process);
    if (pending === undefined || pending.event.operation !== event.operation) {
      throw new RangeError(`process ${event.process} ends a ${event.operation} that it did not begin`);
    }
    this.pending.delete(event.process);
    const counts = this.countsOf(event);
    if (event.type === "fail") counts.failed++;
    else if (event.type === "info") counts.indeterminate++;
    else {
      counts.ok++;
      this.succeeded(event, pending, position);
    }
  }

  private succeeded(event: CompleteEvent, pending: Pending, position: number): void {
    if (event.operation === "broadcast") {
      this.checker.broadcastAcknowledged(pending.event.value as number, position, event.time);
      return;
    }
    const { twice, invented } = this.checker.readCompleted({
      invokedPosition: pending.position,
      invokedAt: pending.event.time,
      completedPosition: position,
      completedAt: event.time,
      node: this.nodeIndexes.get(event.node) ?? 0,
      values: event.values ?? [],
      final: pending.event.final,
    });
    if (twice.length > 0)
      this.anomaly("value-twice", event, `sent a read_ok that shows ${listed(twice)} more than once`);
    if (invented.length > 0) {
      this.anomaly(
        "value-invented",
        event,
        `sent a read_ok that shows ${listed(invented)}, which nobody has broadcast`,
      );
    }
  }

  private anomaly(rule: "value-twice" | "value-invented", event: CompleteEvent, problem: string): void {
    const { node, time, line } = event;
    const violation: Violation = { rule, node, time, problem, ...(line === undefined ? {} : { line }) };
    this.violated(violation);
    this.onAnomaly(violation);
  }

  private violated(violation: Violation): void {
    this.violationsSeen++;
    if (this.violations.length < MOST_VIOLATIONS_KEPT) this.violations.push(violation);
  }

  private countsOf(event: InvokeEvent | CompleteEvent): Counts {
    return event.operation === "broadcast" ? this.broadcasts : this.reads;
  }

  /** Operations still under way at the end of a run that was cut short have an unknown outcome. */
  private withOpenOperations(): BenchResult["operations"] {
    const broadcasts = { ...this.broadcasts };
    const reads = { ...this.reads };
    for (const { event } of this.pending.values())
      (event.operation === "broadcast" ? broadcasts : reads).indeterminate++;
    return { ...sum(broadcasts, reads), broadcasts, reads };
  }

  private achievedRate(end: EndEvent): number {
    const duration = Math.min(this.start.settings.timeLimit, Math.max(0, end.time));
    return duration === 0 ? 0 : (1000 * this.invokedInTime) / duration;
  }
}

const MOST_VALUES_LISTED = 5;

function listed(values: readonly unknown[]): string {
  const shown = values.slice(0, MOST_VALUES_LISTED).map((value) => JSON.stringify(value));
  return values.length > shown.length
    ? `${shown.join(", ")} and ${values.length - shown.length} more`
    : shown.join(", ");
}

function noOperations(): Counts {
  return { invoked: 0, ok: 0, failed: 0, indeterminate: 0 };
}

function sum(a: OperationCounts, b: OperationCounts): OperationCounts {
  return {
    invoked: a.invoked + b.invoked,
    ok: a.ok + b.ok,
    failed: a.failed + b.failed,
    indeterminate: a.indeterminate + b.indeterminate,
  };
}
