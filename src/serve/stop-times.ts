/** A shutdown may take this long, in ms. */
export const LONGEST_SHUTDOWN = 9_500;
/** Time in ms that requests get at the end. */
export const TIME_FOR_REQUESTS = 1_000;
/** Time in ms in which a node closes, even if members do not take what it sends: see `limits.closeTimeout` of the transport. */
const TIME_TO_CLOSE = 2_000;
/** Time in ms that a busy machine may take for all of this. */
const MARGIN = 500;
/** Upper bound on the time that pending broadcasts get at the end, in ms. */
const MOST_FOR_BROADCASTS = 3_000;

/** Time in ms that pending broadcasts get at the end, so that a member that hangs cannot make the shutdown too long. @param delay in ms */
export function timeForBroadcasts(delay: number): number {
  return Math.min(MOST_FOR_BROADCASTS, LONGEST_SHUTDOWN - MARGIN - delay - TIME_FOR_REQUESTS - TIME_TO_CLOSE);
}
