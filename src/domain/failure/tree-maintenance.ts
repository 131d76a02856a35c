import type { MemberId } from "../ports/transport.js";

/** What happens to the tree when members fail, return, restart, join and leave. */
export interface TreeMaintenance {
  /** The member has left several requests in a row unanswered. */
  suspect(member: MemberId): void;

  /** The member leaves something unanswered: finds out whether it is still there. */
  probe(member: MemberId): void;

  /** Something came from the member. */
  heardFrom(member: MemberId): void;

  /**
   * The member has restarted: what it was sent before is gone.
   * @param isComparing it has sent a digest, and will get the one of this node
   */
  peerRestarted(member: MemberId, isComparing: boolean): void;

  /** The member requests this node's digest, and brings its own. */
  digestExchanged(member: MemberId): void;

  /** The member seems to remember an earlier incarnation of this node. */
  amnesiaDetected(member: MemberId): void;

  /** This node has certainly lived before, and remembers nothing. */
  recoverFromAmnesia(): void;

  /** The member takes this node for its parent, or does not. */
  parentClaimed(member: MemberId, asParent: boolean): void;

  /** The member suspects these members. */
  suspicionsReceived(member: MemberId, suspects: readonly MemberId[]): void;

  /**
   * The cluster has these members from now on.
   * @returns whether the tree has been adapted, or the node has to build everything anew
   */
  membersChanged(members: readonly MemberId[]): "adapted" | "rebuild";

  close(): void;
}
