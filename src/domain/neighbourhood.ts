import type { MemberId } from "./ports/transport.js";
import type { TreePosition } from "./tree-builder.js";

/**
 * This member's place in the tree as it sees it: the tree over the members that it does not suspect, and those below it
 * that chose it as their parent because theirs does not answer them. Members need not agree on who is suspected: each
 * looks for the way up that works for it, and is taken in there.
 */
export class Neighbourhood implements TreePosition {
  private readonly suspected = new Set<MemberId>();
  private readonly adopted = new Set<MemberId>();
  private position: TreePosition;
  private below: readonly MemberId[] = [];

  /**
   * @param members every member, in the order that all agree on
   * @param build the place of this member in the tree over the given members
   */
  constructor(
    private members: readonly MemberId[],
    private readonly build: (members: readonly MemberId[]) => TreePosition,
  ) {
    this.position = build(members);
    this.update();
  }

  get parent(): MemberId | undefined {
    return this.position.parent;
  }

  get children(): readonly MemberId[] {
    return this.below;
  }

  get shortcuts(): readonly MemberId[] {
    return this.position.shortcuts;
  }

  get level(): number {
    return this.position.level;
  }

  get heightBelow(): number {
    return this.position.heightBelow;
  }

  get height(): number {
    return this.position.height;
  }

  /** The members that do not answer, in member order. */
  get suspects(): readonly MemberId[] {
    return this.members.filter((member) => this.suspected.has(member));
  }

  isSuspected(member: MemberId): boolean {
    return this.suspected.has(member);
  }

  /** The member does not answer any more; false if that was known. */
  suspect(member: MemberId): boolean {
    if (this.suspected.has(member)) return false;
    this.suspected.add(member);
    this.adopted.delete(member);
    this.update();
    return true;
  }

  /** The member was heard of again; false if it was not suspected. */
  trust(member: MemberId): boolean {
    if (!this.suspected.delete(member)) return false;
    this.update();
    return true;
  }

  /**
   * Notes whether a member takes this one for its parent.
   * @returns whether that adds a child or takes one away
   */
  claim(member: MemberId, asParent: boolean): boolean {
    if (!asParent) {
      if (!this.adopted.delete(member)) return false;
    } else {
      if (this.below.includes(member) || member === this.parent) return false;
      this.adopted.add(member);
    }
    this.update();
    return true;
  }

  /** Others are members from now on. Who is not one any more is no suspect either, and no child. */
  regroup(members: readonly MemberId[]): void {
    this.members = members;
    for (const known of [this.suspected, this.adopted])
      for (const member of known) if (!members.includes(member)) known.delete(member);
    this.update();
  }

  private update(): void {
    this.position = this.build(this.members.filter((member) => !this.suspected.has(member)));
    const taken = [...this.adopted].filter(
      (member) => member !== this.position.parent && !this.position.children.includes(member),
    );
    this.below = [...this.position.children, ...taken];
  }
}
