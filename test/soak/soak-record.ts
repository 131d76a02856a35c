import type { Quantiles } from "../../src/workbench/model/quantiles.js";
import type { Faults } from "../hosts/load/ledger.js";
import type { TransportName } from "./cluster/soak-cluster.js";
import type { MemberSample } from "./cluster/soak-member.js";
import type { Fault } from "./faults/storms.js";

/** What the soak of a cluster saw. Times in ms count from the moment at which all members had joined. */
export interface SoakRecord {
  readonly transport: TransportName;
  /** Bytes of a value. */
  readonly bytes: number;
  /** The member that was never killed. */
  readonly survivor: string;
  readonly duration: number;
  readonly samples: readonly TimedSample[];
  readonly calms: readonly Calm[];
  readonly storms: readonly PastStorm[];
  /** Values that were sent to members. */
  readonly attempted: number;
  readonly acknowledged: number;
  /** Values that were not acknowledged, by the reason. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Packets that partitions dropped. */
  readonly droppedPackets: number;
  /** Processes that each member had. */
  readonly lives: Readonly<Record<string, number>>;
  readonly broken: BrokenPromises;
  /** Load averages over a minute, at the samples. */
  readonly load: { readonly median: number; readonly max: number };
}

/** A sample of a member. */
export interface TimedSample extends MemberSample {
  readonly member: string;
  readonly at: number;
  /** Whether no fault was active, and all was delivered that had been acknowledged before the last one had ended. */
  readonly isCalm: boolean;
}

/** A time without faults. */
export interface Calm {
  readonly begin: number;
  readonly end: number;
  /** From the request to the delivery at each member, of values delivered in it. */
  readonly latency: Quantiles;
}

/** A storm that is over. */
export interface PastStorm {
  readonly begin: number;
  readonly end: number;
  readonly faults: readonly Fault[];
  /** From its end until everything that was acknowledged before it was everywhere. `null` if that took too long. */
  readonly recovery: number | null;
}

/** Promises that were broken, with examples. */
export interface BrokenPromises extends Faults {
  readonly takenBack: readonly string[];
  /** Values that members neither acknowledged nor refused, although their processes lived. */
  readonly unanswered: number;
  /** Values that nodes reported as deleted before they came. */
  readonly missed: number;
  /** Processes that ended by themselves. */
  readonly crashes: readonly string[];
  /** Members whose process did not end after `close`. */
  readonly stillAlive: readonly string[];
}
