import type { MemberId } from "./transport.js";

/**
 * Receives the members whenever they change: all members, this node included, in the order that all agree on. The first
 * one is the root.
 */
export type MembersListener = (members: readonly MemberId[]) => void;

/** A member, as a membership knows it. */
export interface MemberDetails {
  readonly id: MemberId;
  /** Address at which the others reach it. */
  readonly address?: string;
  /** When it joined: ms since 1970 by its own clock, or later if its clock was behind that of an older member. */
  readonly joined?: number;
  /** Whether it is silent, and about to be removed unless it speaks. */
  readonly isSuspect?: boolean;
}

/** The members of the cluster: a fixed list, or the nodes that are present. Views of different nodes may differ for a while. */
export interface Membership {
  /**
   * Makes this node a member.
   * @param onChange called for every later change of the members or their details, until `leave`
   * @returns the present members; see `MembersListener`
   */
  join(onChange: MembersListener): Promise<readonly MemberId[]>;

  /** The present members in the same order, with what this membership knows of them. Without it, only their ids are known. */
  details?(): readonly MemberDetails[];

  /**
   * Tells where the node keeps its journal, before `join`: the membership may keep beside it what the next start needs.
   * @param path a path that belongs to this member; the membership may append a suffix
   */
  keepBeside?(path: string): void;

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
