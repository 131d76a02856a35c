import type { MemberId } from "./transport.js";

/**
 * Receives the members whenever they change: all members, this node included, in the order that all agree on. The first
 * one is the root.
 */
export type MembersListener = (members: readonly MemberId[]) => void;

/** The members of the cluster: a fixed list, or the nodes that are present. Views of different nodes may differ for a while. */
export interface Membership {
  /**
   * Makes this node a member.
   * @param onChange called for every later change, until `leave`
   * @returns the present members; see `MembersListener`
   */
  join(onChange: MembersListener): Promise<readonly MemberId[]>;

  /** Removes this node and informs the other members if possible. Listeners are not called any more. */
  leave(): Promise<void>;
}

/**
 * Carries short announcements from each node to all nodes, including the sender, which learns that the channel works.
 * May lose them.
 */
export interface AnnouncementChannel {
  /** Sends an announcement to every node; returns at once. */
  announce(body: object): void;

  /** Sets the one listener for announcements of any node, this one included. `body` is not validated yet. */
  onAnnouncement(listener: (from: MemberId, body: unknown) => void): void;

  /** Stops the delivery; resolves once all announcements have left this process. */
  close(): Promise<void>;
}
