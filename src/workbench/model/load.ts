import type { LoadGaps } from "./history.js";

/** The share of its rate that a challenge demands at least; it is a share of the time as well, since the rate is a mean. */
export const LEAST_SHARE = 0.9;

/** How much of the load that was asked for a run carried. */
export interface Load {
  /** Operations a second: begun in time, and of those done successfully. */
  readonly begun: number;
  readonly done: number;
  /** The share of the load that was carried. */
  readonly carried: number;
  /** The share that it would have been without the bench's own lateness. */
  readonly carriedByNodes: number;
  /** The share of the time in which an operation was due and every client waited for its node's answer. */
  readonly waited: number;
}

/** What `loadOf` goes by; operations are those begun within the time limit. */
export interface LoadCounts {
  /** In ms. */
  readonly duration: number;
  /** Operations a second that were asked for. */
  readonly rate: number;
  readonly begun: number;
  readonly ok: number;
  /** Absent in histories that do not tell. */
  readonly gaps?: LoadGaps | undefined;
  /** How long every client had an operation under way (ms). */
  readonly allBusy: number;
}

/**
 * The load that was carried. The workload does not catch up: while an operation that is due cannot begin, the load stands
 * still. So the share that could begin is the share of the time in which it did not stand still. This is exact where
 * counting operations is not: their gaps are drawn, so a short run may begin 10 % less than its rate by chance alone.
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

/** Where nothing was measured: the operations that are missing, by the nodes as far as all clients waited for them. */
function estimatedGaps(duration: number, rate: number, begun: number, allBusy: number): LoadGaps {
  const expected = (rate * duration) / 1000;
  const missing = expected === 0 ? 0 : duration * Math.max(0, 1 - begun / expected);
  const byNodes = Math.min(missing, allBusy);
  return { byNodes, byBench: missing - byNodes };
}
