import type { MemberId } from "../ports/transport.js";

/** Suspects of another member; `more` if the message had no room for all of them. */
export interface Suspicions {
  readonly suspects?: readonly MemberId[];
  readonly more?: boolean;
}

/** Maintains the tree when members fail, return, restart, join and leave. */
export interface TreeMaintenance {
  /** The member has left several requests in a row unanswered. */
  suspect(member: MemberId): void;

  /** The member may have failed, so it is probed. */
  probe(member: MemberId): void;

  /** A message of the member came. */
  heardFrom(member: MemberId): void;

  /**
   * The member has restarted and has lost what it was sent before.
   * @param isComparing whether the message is a digest that this node answers with its own
   */
  peerRestarted(member: MemberId, isComparing: boolean): void;

  /** The member has sent its digest and requests this node's. */
  digestExchanged(member: MemberId): void;

  /** The member seems to remember an earlier incarnation of this node. */
  amnesiaDetected(member: MemberId): void;

  /** This node has certainly restarted, without any memory of its earlier incarnation. */
  recoverFromAmnesia(): void;

  /** The member claims this node as its parent, or does not. */
  parentClaimed(member: MemberId, asParent: boolean): void;

  /** The member suspects these members. */
  suspicionsReceived(member: MemberId, suspicions: Suspicions): void;

  /**
   * Changes the members of the cluster.
   * @returns whether the tree has been adapted, or the node has to rebuild the session
   */
  membersChanged(members: readonly MemberId[]): "adapted" | "rebuild";

  close(): void;
}
