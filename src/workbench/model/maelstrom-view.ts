import type { OperationName } from "./history.js";
import type { CompletedRead, SetChecker } from "./set-checker.js";
import type { Rule, Violation } from "./violation.js";

/** What Maelstrom would make of a run. Its "unknown" counts as invalid: it is no success there either. */
export type MaelstromVerdict = "valid" | "invalid";

/**
 * Lines after which Maelstrom hears nothing of a node any more: the thread that reads the node's stdout ends with the
 * exception that the line causes (maelstrom.process/stdout-thread). Other breaches cost it an operation at the most.
 */
const SILENCING: ReadonlySet<Rule> = new Set([
  "not-json",
  "not-a-message",
  "wrong-sender",
  "unknown-destination",
  "late-reply",
]);

/** Whether Maelstrom hears nothing of the node after such a breach. */
export function isSilencing({ rule, delivered }: Violation): boolean {
  return SILENCING.has(rule) && delivered === undefined;
}

type Tally = { [Operation in OperationName]: number };

/**
 * What Maelstrom would say of the same history. It judges by `set-full` and by `stats` alone: no value lost, at least one
 * stable, and of every kind of operation that was tried at least one that succeeded. A run that did not come to its end
 * is invalid: there Maelstrom fails before it judges.
 *
 * From a node's first silencing line on its replies count as never heard. Its messages to other nodes were delivered here
 * all the same, which Maelstrom would not have done.
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
