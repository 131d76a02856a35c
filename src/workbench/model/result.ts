import type { FaultEvent } from "./history.js";
import type { Lateness } from "./lateness.js";
import type { Quantiles } from "./quantiles.js";
import type { ValueOutcome } from "./set-checker.js";
import type { BenchSettings, Limits } from "./settings.js";
import type { Traffic } from "./traffic.js";
import type { Verdict } from "./verdict.js";
import type { Violation } from "./violation.js";

/** Operations of one kind by their outcome. */
export interface OperationCounts {
  readonly invoked: number;
  readonly ok: number;
  /** Certainly not done. */
  readonly failed: number;
  /** Nobody knows; includes those still under way when a run was cut short. */
  readonly indeterminate: number;
}

/** One value's story: who broadcast it when, and what became of it. */
export interface ValueReport extends ValueOutcome {
  /** The node that it was given to. */
  readonly node: string;
  /** When its broadcast began, in ms since the workload began. */
  readonly invokedAt: number;
}

/** Everything that is known about a run; this is what `--json` writes. Times and latencies in ms. */
export interface BenchResult extends Verdict {
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
  readonly operations: OperationCounts & { readonly broadcasts: OperationCounts; readonly reads: OperationCounts };
  /** Operations a second: as asked for, and as begun before the time limit. */
  readonly rate: { readonly nominal: number; readonly achieved: number };
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
