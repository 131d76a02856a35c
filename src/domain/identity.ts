import type { MemberId } from "./ports/transport.js";
import { type ActorId, actorOf } from "./values/dot.js";

/** Who this node is: a member, in one of its lives, among members that may change. */
export class Identity {
  private everyone: readonly MemberId[];
  private life: number;
  private livedBefore: boolean;

  /**
   * @param self this node's id
   * @param members every member, in the order that all agree on; the first one is the root
   * @param incarnation a whole number that is larger in each later life of the same member
   * @param hasLivedBefore is an earlier life known of?
   */
  constructor(
    readonly self: MemberId,
    members: readonly MemberId[],
    incarnation: number,
    hasLivedBefore = false,
  ) {
    this.everyone = members;
    this.life = incarnation;
    this.livedBefore = hasLivedBefore;
  }

  /** A whole number that is larger in each later life of the member. */
  get incarnation(): number {
    return this.life;
  }

  /** Is an earlier life known of? */
  get hasLivedBefore(): boolean {
    return this.livedBefore;
  }

  /** The author of the values that this node accepts from clients. */
  get author(): ActorId {
    return actorOf(this.self, this.life);
  }

  /** The node goes on as a later life of the member. */
  startIncarnation(incarnation: number): void {
    this.life = incarnation;
    this.livedBefore = true;
  }

  /** Every member of now, in the order that all agree on; the first one is the root. */
  get members(): readonly MemberId[] {
    return this.everyone;
  }

  /** Every member but this node, in the same order. */
  get others(): readonly MemberId[] {
    return this.everyone.filter((member) => member !== this.self);
  }

  /** Others belong to the cluster from now on. */
  membersChanged(members: readonly MemberId[]): void {
    this.everyone = members;
  }
}
