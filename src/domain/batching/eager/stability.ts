import { EAGER } from "../../config.js";
import type { StabilityReport, StableVector } from "../../messages.js";
import type { MemberId } from "../../ports/transport.js";
import { Signal } from "../../signal.js";

/** Finds out which values every member has (message stability), so that they need no further acknowledgement. */
export interface Stability {
  /** Emitted when a member may lack values that others have, so its digest is needed. */
  readonly memberBehind: Signal<MemberId>;
  /** Emitted when the root has not answered a report. */
  readonly rootSilent: Signal<MemberId>;

  /** Gossip came, which needs an acknowledgement at some point. */
  gossipReceived(): void;

  /** Continues with the acknowledgements that the previous session owed. */
  resume(): void;

  /** A member reports the values that it has. */
  reportReceived(from: MemberId, message: StabilityReport): void;

  /** A member announces the values that all members have. */
  stableReceived(from: MemberId, message: StableVector): void;

  /** The digest of a member came, which replaces its report. */
  digestReceived(from: MemberId): void;

  /** The member has restarted, so its last report is void. */
  peerRestarted(member: MemberId): void;

  /** A member has left, so its report is not awaited any more. */
  memberLeft(): void;

  close(): void;
}

/**
 * Returns how long an acknowledgement may wait for gossip to ride on, in ms; at most twice that if gossip never pauses.
 * Then the member reports what it has.
 */
export function reportDelay({ acknowledgementDelay }: { readonly acknowledgementDelay: number }): number {
  return Math.min(acknowledgementDelay, EAGER.longestReportDelay);
}

/** Does nothing: every message is acknowledged individually. */
export class NoStability implements Stability {
  readonly memberBehind = new Signal<MemberId>();
  readonly rootSilent = new Signal<MemberId>();

  gossipReceived(): void {}
  resume(): void {}
  reportReceived(): void {}
  stableReceived(): void {}
  digestReceived(): void {}
  peerRestarted(): void {}
  memberLeft(): void {}
  close(): void {}
}
