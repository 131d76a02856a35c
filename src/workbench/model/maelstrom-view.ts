import type { OperationName } from "./history.js";
import type { CompletedRead, SetChecker } from "./set-checker.js";
import type { Rule, Violation } from "./violation.js";

/** Maelstrom's verdict on a run. Its "unknown" counts as invalid, since it is not a success there either. */
export type MaelstromVerdict = "valid" | "invalid";

/**
 * Lines after which Maelstrom no longer hears a node: they cause an exception that ends the thread reading the node's
 * stdout (maelstrom.process/stdout-thread). Other breaches cost it at most one operation.
 */
const SILENCING: ReadonlySet<Rule> = new Set([
  "not-json",
  "not-a-message",
  "wrong-sender",
  "unknown-destination",
  "late-reply",
]);

/** Whether Maelstrom no longer hears the node after such a breach. */
export function isSilencing({ rule, delivered }: Violation): boolean {
  return SILENCING.has(rule) && delivered === undefined;
}

type Tally = { [Operation in OperationName]: number };

/**
 * Maelstrom's verdict on the same history. It uses only `set-full` and `stats`: no value lost, at least one stable, and at
 * least one success of every kind of operation that was tried. A run that was cut short is invalid, because there
 * Maelstrom fails before it judges.
 *
 * After a node's first silencing line its replies count as never heard. Its messages to other nodes were still delivered
 * here, which Maelstrom would not have done.
 */
export class MaelstromView {
  private readonly silenced = new Set<string>();
  /** Differs from our own checker once a node is silenced. */
  private checker: SetChecker | undefined;
  private readonly tried: Tally = { broadcast: 0, read: 0 };
  private readonly succeeded: Tally = { broadcast: 0, read: 0 };

  constructor(private readonly ours: SetChecker) {}

  violated(violation: Violation): void {
    if (!isSilencing(violation)) return;
    this.checker ??= this.ours.copy();
    this.silenced.add(violation.node);
  }

  invoked(operation: OperationName, value: number | undefined): void {
    this.tried[operation]++;
    if (value !== undefined) this.checker?.broadcastInvoked(value);
  }

  acknowledged(node: string, value: number, position: number, time: number): void {
    if (this.silenced.has(node)) return;
    this.succeeded.broadcast++;
    this.checker?.broadcastAcknowledged(value, position, time);
  }

  readCompleted(node: string, read: CompletedRead): void {
    if (this.silenced.has(node)) return;
    this.succeeded.read++;
    this.checker?.readCompleted(read);
  }

  /** `cutShort`: whether the run ended before its time. */
  verdict(cutShort: boolean): MaelstromVerdict {
    if (cutShort) return "invalid";
    const { tried, succeeded } = this;
    const isUnanswered = (operation: OperationName) => tried[operation] > 0 && succeeded[operation] === 0;
    if (isUnanswered("broadcast") || isUnanswered("read")) return "invalid";
    const fates = (this.checker ?? this.ours).outcomes().map(({ fate }) => fate);
    return fates.includes("stable") && !fates.includes("lost") ? "valid" : "invalid";
  }
}
