import type { LoadGaps } from "./history.js";

/** The least share of its rate that a challenge demands; also a share of the time, since the rate is a mean. */
export const LEAST_SHARE = 0.9;

/** The part of the requested load that a run carried. */
export interface Load {
  /** Operations per second: begun in time, and successful ones among them. */
  readonly begun: number;
  readonly done: number;
  /** The share of the load that was carried. */
  readonly carried: number;
  /** The share without the bench's own lateness. */
  readonly carriedByNodes: number;
  /** The share of the time in which an operation was due while every client waited for its node's answer. */
  readonly waited: number;
}

/** Input of `loadOf`; operations are those begun within the time limit. */
export interface LoadCounts {
  /** In ms. */
  readonly duration: number;
  /** Requested operations per second. */
  readonly rate: number;
  readonly begun: number;
  readonly ok: number;
  /** Absent in histories without this information. */
  readonly gaps?: LoadGaps | undefined;
  /** Time during which every client had an operation in progress (ms). */
  readonly allBusy: number;
}

/**
 * Computes the load that was carried. The workload does not catch up: while an operation that is due cannot begin, the load
 * is at a standstill. So the share that could begin is the share of the remaining time. This is exact, and counting
 * operations is not: their gaps are random, so a short run may begin 10 % fewer by chance.
 */
export function loadOf({ duration, rate, begun, ok, gaps, allBusy }: LoadCounts): Load {
  const perSecond = (count: number) => (duration === 0 ? 0 : (1000 * count) / duration);
  const successful = begun === 0 ? 1 : ok / begun;
  const share = (lost: number) => (duration === 0 ? 1 : Math.max(0, 1 - lost / duration)) * successful;
  const { byNodes, byBench } = gaps ?? estimatedGaps(duration, rate, begun, allBusy);
  return {
    begun: perSecond(begun),
    done: perSecond(ok),
    carried: share(byNodes + byBench),
    carriedByNodes: share(byNodes),
    waited: duration === 0 ? 0 : byNodes / duration,
  };
}

/** Fallback without measurements: blames the nodes for missing operations as far as all clients waited for them. */
function estimatedGaps(duration: number, rate: number, begun: number, allBusy: number): LoadGaps {
  const expected = (rate * duration) / 1000;
  const missing = expected === 0 ? 0 : duration * Math.max(0, 1 - begun / expected);
  const byNodes = Math.min(missing, allBusy);
  return { byNodes, byBench: missing - byNodes };
}
