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

/** The fate of one value, with its broadcast. */
export interface ValueReport extends ValueOutcome {
  /** The node that a client gave it to. */
  readonly node: string;
  /** Start of its broadcast, in ms since the workload began. */
  readonly invokedAt: number;
}

/** All data of a run; `--json` writes it. Times and latencies in ms. */
export interface BenchResult extends Verdict {
  /** Maelstrom's verdict on the same history; Maelstrom has no limits and is less strict in other ways. */
  readonly maelstrom: MaelstromVerdict;
  /** Further facts about the run, one sentence each. */
  readonly notes: readonly string[];
  /** Messages between nodes per invoked operation (broadcasts and reads, final reads included); null without operations. */
  readonly messagesPerOperation: number | null;
  /** Messages between nodes per invoked broadcast; null without broadcasts. */
  readonly messagesPerBroadcast: number | null;
  /** Quantiles of the stable values' latencies; null if there is no stable value. */
  readonly latencies: Quantiles | null;
  readonly stableCount: number;
  readonly lostCount: number;
  readonly neverReadCount: number;
  /** Values that were not lost, though the final read of some node lacked them; `values` has the details. */
  readonly missingCount: number;
  readonly lost: readonly number[];
  readonly neverRead: readonly number[];
  readonly challenge?: string;
  readonly settings: BenchSettings;
  readonly limits: Limits;
  readonly operations: OperationsByKind;
  /** Operations per second: requested, begun before the time limit, and successful among these. */
  readonly rate: { readonly nominal: number; readonly achieved: number; readonly done: number };
  /** Time that clients waited for their answers, at most 5 s. */
  readonly answerTimes: DelaySummary;
  readonly messages: Traffic;
  readonly lateness: Lateness;
  /** The first violations, at most `MOST_VIOLATIONS_KEPT`. */
  readonly violations: readonly Violation[];
  readonly violationCount: number;
  readonly faults: readonly FaultEvent[];
  readonly values: readonly ValueReport[];
}

/** Violations beyond this number are counted but not kept. */
export const MOST_VIOLATIONS_KEPT = 100;
