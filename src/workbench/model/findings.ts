import type { Errors, OperationsByKind } from "./attempts.js";
import type { FinalRead } from "./final-reads.js";
import type { EndEvent, LateReads, OperationName } from "./history.js";
import type { Stall } from "./lateness.js";
import type { Load } from "./load.js";
import type { ValueOutcome } from "./set-checker.js";
import type { BenchSettings, Limits } from "./settings.js";
import type { Violation } from "./violation.js";

/** A reason why a run did not pass. */
export interface Reason {
  readonly kind: ReasonKind;
  /** A clause: "median latency 430 ms is not under 400 ms". */
  readonly text: string;
}

/**
 * Failures: a rule was broken ("violation"), the run was "cut-short", values were "lost", or "missing" on a node at the
 * end, a node's final read was "unread", operations of one kind were all "unanswered", a challenge was run with too
 * little "load", a limit was reached ("over-limit"). Not judged: nothing was measured ("unknown"), the history lacks final
 * reads ("incomplete"), the bench was late ("disturbed"), the machine could not run the nodes ("machine").
 */
export type ReasonKind =
  | "violation"
  | "cut-short"
  | "lost"
  | "missing"
  | "unread"
  | "unanswered"
  | "load"
  | "over-limit"
  | "unknown"
  | "incomplete"
  | "disturbed"
  | "machine";

/** The facts that the verdict is based on. */
export interface Findings {
  readonly settings: BenchSettings;
  readonly challenge: string | undefined;
  readonly limits: Limits;
  readonly messagesPerOperation: number | undefined;
  readonly outcomes: readonly ValueOutcome[];
  readonly operations: OperationsByKind;
  readonly errors: { readonly [Operation in OperationName]: Errors };
  readonly strayReplies: NonNullable<EndEvent["strayReplies"]>;
  readonly lateReads: LateReads | undefined;
  readonly finalReads: readonly FinalRead[];
  readonly load: Load;
  readonly violations: readonly Violation[];
  readonly violationCount: number;
  readonly cutShort: string | undefined;
  readonly machineFault: string | undefined;
  readonly stalls: readonly Stall[];
}

/** A reason, and whether it makes the run fail or only prevents a verdict. */
export interface Finding {
  readonly reason: Reason;
  readonly fails: boolean;
}
