import type { MemberId } from "./transport.js";

/** Told of the members whenever they change: all of them, this node included, in the order that all agree on. The first one is the root. */
export type MembersListener = (members: readonly MemberId[]) => void;

/** Who belongs to the cluster: a fixed list, or whoever is there. Nodes may differ for a while in whom they see. */
export interface Membership {
  /**
   * Makes this node a member.
   * @param onChange called for every later change, until `leave`
   * @returns the members of now; see `MembersListener`
   */
  join(onChange: MembersListener): Promise<readonly MemberId[]>;

  /** Takes this node out, and tells the others where they can be told; nothing is told here any more. */
  leave(): Promise<void>;
}

/** Carries short words from each node to all, and back to itself as proof that the way is open. May lose them. */
export interface AnnouncementChannel {
  /** Tells everyone; returns at once. */
  announce(body: object): void;

  /** Sets the one listener for what anyone announces, this node included. `body` is not yet validated. */
  onAnnouncement(listener: (from: MemberId, body: unknown) => void): void;

  /** Stops delivering; resolves once everything announced has left this process. */
  close(): Promise<void>;
}
