import type { MemberId } from "../ports/transport.js";
import { type ActorId, actorOf } from "../values/dot.js";
import { memberIndex } from "./member-index.js";

/** Members from which one is chosen by its index, from 0 to `length - 1`. A list is one. */
export interface MemberChoice {
  readonly length: number;
  at(index: number): MemberId | undefined;
}

/** The identity of this node: its id, its incarnation, and the members of its cluster. */
export class Identity {
  private currentMembers: readonly MemberId[];
  private current: number;
  private currentActor: ActorId;
  private hasRestarted: boolean;

  /** This node's id. */
  readonly self: MemberId;

  /**
   * @param cluster this node's id, and all members in the order that all agree on; the first one is the root
   * @param start.incarnation an integer that is larger than every earlier incarnation of this member
   * @param start.hasLivedBefore whether this member is known to have had an earlier incarnation; default: false
   */
  constructor(
    { self, members }: { readonly self: MemberId; readonly members: readonly MemberId[] },
    { incarnation, hasLivedBefore = false }: { readonly incarnation: number; readonly hasLivedBefore?: boolean },
  ) {
    this.self = self;
    this.currentMembers = members;
    this.current = incarnation;
    this.currentActor = actorOf(self, incarnation);
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
    return this.currentActor;
  }

  /** The node continues with a new incarnation. */
  startIncarnation(incarnation: number): void {
    this.current = incarnation;
    this.currentActor = actorOf(this.self, incarnation);
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

  /** The present members except this node, in the same order, without a list of its own for each node. */
  get everyoneElse(): MemberChoice {
    const { currentMembers: members } = this;
    const own = memberIndex(members).get(this.self) ?? members.length;
    return {
      length: members.length - (own < members.length ? 1 : 0),
      at: (index) => members[index < own ? index : index + 1],
    };
  }

  /** Replaces the members of the cluster. */
  membersChanged(members: readonly MemberId[]): void {
    this.currentMembers = members;
  }
}
