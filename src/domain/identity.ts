import type { MemberId } from "./ports/transport.js";
import { type ActorId, actorOf } from "./values/dot.js";

/** The identity of this node: its id, its incarnation, and the members of its cluster. */
export class Identity {
  private currentMembers: readonly MemberId[];
  private current: number;
  private hasRestarted: boolean;

  /** This node's id. */
  readonly self: MemberId;

  /**
   * @param cluster this node's id, and all members in the order that all agree on; the first one is the root
   * @param incarnation an integer that is larger than every earlier incarnation of this member
   * @param hasLivedBefore whether this member is known to have had an earlier incarnation
   */
  constructor(
    { self, members }: { readonly self: MemberId; readonly members: readonly MemberId[] },
    incarnation: number,
    hasLivedBefore = false,
  ) {
    this.self = self;
    this.currentMembers = members;
    this.current = incarnation;
    this.hasRestarted = hasLivedBefore;
  }

  /** An integer that is larger than every earlier incarnation of this member. */
  get incarnation(): number {
    return this.current;
  }

  /** Whether this member is known to have had an earlier incarnation. */
  get hasLivedBefore(): boolean {
    return this.hasRestarted;
  }

  /** The actor of the values that this node accepts from clients. */
  get actor(): ActorId {
    return actorOf(this.self, this.current);
  }

  /** The node continues with a new incarnation. */
  startIncarnation(incarnation: number): void {
    this.current = incarnation;
    this.hasRestarted = true;
  }

  /** The present members, in the order that all agree on; the first one is the root. */
  get members(): readonly MemberId[] {
    return this.currentMembers;
  }

  /** The present members except this node, in the same order. */
  get others(): readonly MemberId[] {
    return this.currentMembers.filter((member) => member !== this.self);
  }

  /** Replaces the members of the cluster. */
  membersChanged(members: readonly MemberId[]): void {
    this.currentMembers = members;
  }
}
