import type { MemberId } from "../ports/transport.js";

/**
 * State of a member. A `suspect` is silent and still a member, a `lost` one has been silent for too long, and one that
 * `left` has said so.
 */
export type MemberState = "alive" | "suspect" | "lost" | "left";

/** Everything that members tell one another about a member. */
export interface MemberRecord {
  readonly id: MemberId;
  /** Address at which the other members reach it. */
  readonly address: string;
  /**
   * When this life of the member joined: ms since 1970 by its own clock, and later than every joining time that it had
   * heard of.
   */
  readonly joined: number;
  /** Number of false reports that this life has refuted. */
  readonly version: number;
  readonly state: MemberState;
  /** Of a suspect: time until it counts as lost, from the moment a member hears of it, in ms. */
  readonly within?: number;
}

const RANKS: Readonly<Record<MemberState, number>> = { alive: 0, suspect: 1, lost: 2, left: 3 };

/** Whether the record says that its member takes part in the cluster. */
export function isPresent({ state }: MemberRecord): boolean {
  return state === "alive" || state === "suspect";
}

/**
 * Whether a record replaces another one of the same member. A later life replaces an earlier one, and one that left
 * stays away. Within a life the latest version counts, and in it the worse state.
 */
export function supersedes(one: MemberRecord, other: MemberRecord): boolean {
  if (one.joined !== other.joined) return one.joined > other.joined;
  if (one.state === "left" || other.state === "left") return other.state !== "left";
  if (one.version !== other.version) return one.version > other.version;
  if (one.state !== other.state) return RANKS[one.state] > RANKS[other.state];
  // Two processes with one id joined in the same millisecond: all members follow the same one.
  return one.address > other.address;
}

/** The order of the members: by joining time, then by id. A new member comes last, so it never becomes the root. */
export function compareMembers(one: MemberRecord, other: MemberRecord): number {
  if (one.joined !== other.joined) return one.joined - other.joined;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}
