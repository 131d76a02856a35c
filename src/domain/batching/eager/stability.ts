import type { StabilityReport, StableVector } from "../../messages.js";
import type { MemberId } from "../../ports/transport.js";

/** Finds out which values every member has (message stability), so that they need no further acknowledgement. */
export interface Stability {
  /** Gossip came that has to be acknowledged in the end. */
  gossipReceived(): void;

  /** Continues with what was owed before. */
  resume(): void;

  /** A member reports what it has. */
  reportReceived(from: MemberId, message: StabilityReport): void;

  /** A member announces what all members have. */
  stableReceived(from: MemberId, message: StableVector): void;

  /** The digest of a member came: it says what the member has, as a report would. */
  digestReceived(from: MemberId): void;

  /** The member has restarted, and has nothing of what it reported before. */
  peerRestarted(member: MemberId): void;

  /** A member has left: its report is not awaited any more. */
  memberLeft(): void;

  close(): void;
}

/** Stability where every message is acknowledged by itself: nothing to find out. */
export const NO_STABILITY: Stability = {
  gossipReceived() {},
  resume() {},
  reportReceived() {},
  stableReceived() {},
  digestReceived() {},
  peerRestarted() {},
  memberLeft() {},
  close() {},
};
