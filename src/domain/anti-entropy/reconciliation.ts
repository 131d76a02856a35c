import { ANTI_ENTROPY } from "../config.js";
import type { Identity, MemberChoice } from "../identity/identity.js";
import type { MemberId } from "../ports/transport.js";

/** Intervals of anti-entropy, all in ms. */
export interface AntiEntropyPace {
  /** The interval after a sign of trouble. */
  readonly shortest: number;
  /** The interval in normal operation. If it equals `shortest`, the interval is fixed, as in the proposal. */
  readonly longest: number;
  /** Younger values are still in flight and no reason to answer a digest. */
  readonly settleTime: number;
}

/** The members that a node reconciles with, and how often. */
export interface Reconciliation {
  readonly partners: MemberChoice;
  readonly pace: AntiEntropyPace;
  /** Whether this node compares with a member soon after its start, even if members speak to it. Default: false. */
  readonly comparesFirst?: boolean;
}

/** Settings of anti-entropy, all in ms. */
interface ReconciliationSettings {
  /** The interval after a sign of trouble, or the fixed one. */
  readonly antiEntropyInterval: number;
  /** Target time until every value is on every member. */
  readonly max: number;
}

/** Returns the time after which a value is normally on every member, in ms. */
export function settleTime({ max }: Pick<ReconciliationSettings, "max">): number {
  return 2 * max + ANTI_ENTROPY.settleSlack;
}

/** Reconciles with any member, at intervals that follow Trickle. */
export function withEveryone(settings: ReconciliationSettings) {
  const { antiEntropyInterval: shortest } = settings;
  const pace = { shortest, longest: ANTI_ENTROPY.quietInterval, settleTime: settleTime(settings) };
  return (deps: {
    readonly identity: Identity;
    readonly readiness: { readonly isAwaited: boolean };
  }): Reconciliation => ({
    partners: deps.identity.everyoneElse,
    pace,
    comparesFirst: deps.readiness.isAwaited,
  });
}

/** The proposal's way: reconciles with the neighbours, at a fixed interval. */
export function withLinks({ antiEntropyInterval: interval }: Pick<ReconciliationSettings, "antiEntropyInterval">) {
  const pace = { shortest: interval, longest: interval, settleTime: 0 };
  return ({ overlay }: { readonly overlay: { readonly links: readonly MemberId[] } }): Reconciliation => ({
    partners: overlay.links,
    pace,
  });
}
