import type { StabilityReport, StableVector } from "../../messages.js";
import type { MemberId } from "../../ports/transport.js";

/** Finds out which values every member has (message stability), so that they need no further acknowledgement. */
export interface Stability {
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

/** Does nothing: every message is acknowledged individually. */
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
