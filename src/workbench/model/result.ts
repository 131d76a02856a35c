import type { OperationsByKind } from "./attempts.js";
import type { FaultEvent } from "./history.js";
import type { DelaySummary, Lateness } from "./lateness.js";
import type { MaelstromVerdict } from "./maelstrom-view.js";
import type { Quantiles } from "./quantiles.js";
import type { ValueOutcome } from "./set-checker.js";
import type { BenchSettings, Limits } from "./settings.js";
import type { Traffic } from "./traffic.js";
import type { Verdict } from "./verdict.js";
import type { Violation } from "./violation.js";

/** One value's story: who broadcast it when, and what became of it. */
export interface ValueReport extends ValueOutcome {
  /** The node that it was given to. */
  readonly node: string;
  /** When its broadcast began, in ms since the workload began. */
  readonly invokedAt: number;
}

/** Everything that is known about a run; this is what `--json` writes. Times and latencies in ms. */
export interface BenchResult extends Verdict {
  /** What Maelstrom would say of the same history; it knows no limits and is less strict in other ways. */
  readonly maelstrom: MaelstromVerdict;
  /** Sentences about what is worth knowing besides. */
  readonly notes: readonly string[];
  /** Server messages by invoked operations (broadcasts and reads, the final ones too); null without operations. */
  readonly messagesPerOperation: number | null;
  /** Server messages by invoked broadcasts; null without broadcasts. */
  readonly messagesPerBroadcast: number | null;
  /** Quantiles of the stable values' latencies; null when there is no stable value. */
  readonly latencies: Quantiles | null;
  readonly stableCount: number;
  readonly lostCount: number;
  readonly neverReadCount: number;
  /** Values that were not lost, and that the final read of some node lacked all the same: `values` tells of which. */
  readonly missingCount: number;
  readonly lost: readonly number[];
  readonly neverRead: readonly number[];
  readonly challenge?: string;
  readonly settings: BenchSettings;
  readonly limits: Limits;
  readonly operations: OperationsByKind;
  /** Operations a second: as asked for, as begun before the time limit, and of those as done successfully. */
  readonly rate: { readonly nominal: number; readonly achieved: number; readonly done: number };
  /** How long clients waited for their answers, 5 s at most. */
  readonly answerTimes: DelaySummary;
  readonly messages: Traffic;
  readonly lateness: Lateness;
  /** The first violations, at most `MOST_VIOLATIONS_KEPT`. */
  readonly violations: readonly Violation[];
  readonly violationCount: number;
  readonly faults: readonly FaultEvent[];
  readonly values: readonly ValueReport[];
}

/** Violations beyond this many are counted but not kept. */
export const MOST_VIOLATIONS_KEPT = 100;
