import type { MemberId } from "../ports/transport.js";
import type { TreePosition } from "./tree-builder.js";

/** Which peers do not answer; `DeltaTracker` keeps it. */
interface Suspicions {
  isSuspect(member: MemberId): boolean;
  of(member: MemberId): { markSuspect(): void; markAlive(): void };
}

interface OverlayDeps {
  readonly identity: { readonly members: readonly MemberId[]; readonly self: MemberId };
  readonly peers: Suspicions;
}

/**
 * This member's place in the tree as it sees it. The tree of all members stays as it is; who does not answer is stepped
 * over: its children belong to the next member above it that answers, and where nobody above answers, to the first of
 * those who are left at the top. So a suspicion moves nobody but those whom it concerns. Members need not agree on who is
 * suspected: each looks for the way up that works for it, and is taken in there.
 */
export class Overlay implements TreePosition {
  private readonly adopted = new Set<MemberId>();
  private readonly positions = new Map<MemberId, TreePosition>();
  /** Whoever could be the parent, the best first: nobody if this member is at the head. */
  parentCandidates: readonly MemberId[] = [];
  private below: readonly MemberId[] = [];
  level = 0;

  private members: readonly MemberId[];
  private readonly self: MemberId;

  /** @param positionOf the place of a member in the tree of all members */
  constructor(
    private readonly deps: OverlayDeps,
    private readonly positionOf: (members: readonly MemberId[], member: MemberId) => TreePosition,
  ) {
    this.members = deps.identity.members;
    this.self = deps.identity.self;
    this.update();
  }

  get parent(): MemberId | undefined {
    return this.parentCandidates[0];
  }

  get children(): readonly MemberId[] {
    return this.below;
  }

  get shortcuts(): readonly MemberId[] {
    return this.at(this.self).shortcuts;
  }

  /** The members that this one is linked with: parent, children and shortcuts. */
  get links(): readonly MemberId[] {
    return [...this.parentCandidates.slice(0, 1), ...this.children, ...this.shortcuts];
  }

  get heightBelow(): number {
    return this.isRoot ? this.height : this.at(this.self).heightBelow;
  }

  get height(): number {
    return this.at(this.self).height;
  }

  /** The root of the tree: the first of those above which no member answers. */
  get root(): MemberId {
    return this.tops()[0] ?? this.self;
  }

  /** The members that do not answer, in member order. */
  get suspects(): readonly MemberId[] {
    return this.members.filter((member) => this.isSuspected(member));
  }

  /** Is nobody above this member? */
  get isRoot(): boolean {
    return this.parent === undefined;
  }

  isSuspected(member: MemberId): boolean {
    return this.deps.peers.isSuspect(member);
  }

  /** The next member above the other that answers; above the first of all, the head of those who are left. It looks out for the other's return. */
  closestLiveAncestor(member: MemberId): MemberId {
    let { parent } = this.at(member);
    while (parent !== undefined && this.isSuspected(parent)) ({ parent } = this.at(parent));
    return parent ?? this.tops()[0] ?? this.self;
  }

  isClosestLiveAncestorOf(member: MemberId): boolean {
    return this.closestLiveAncestor(member) === this.self;
  }

  /** The member does not answer any more; false if that was known, or it is no member any more. */
  suspect(member: MemberId): boolean {
    if (this.isSuspected(member) || !this.members.includes(member)) return false;
    this.deps.peers.of(member).markSuspect();
    this.adopted.delete(member);
    this.update();
    return true;
  }

  /** The member was heard of again; false if it was not suspected. */
  unsuspect(member: MemberId): boolean {
    if (!this.isSuspected(member)) return false;
    this.deps.peers.of(member).markAlive();
    this.update();
    return true;
  }

  /**
   * Notes whether a member takes this one for its parent.
   * @returns whether that adds a child or takes one away
   */
  setClaim(member: MemberId, asParent: boolean): boolean {
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
  membersChanged(members: readonly MemberId[]): void {
    this.members = members;
    this.positions.clear();
    for (const member of this.adopted) if (!members.includes(member)) this.adopted.delete(member);
    this.update();
  }

  private update(): void {
    const ancestors = this.ancestors().filter((member) => !this.isSuspected(member));
    const tops = this.tops();
    const before = tops.slice(0, Math.max(0, tops.indexOf(this.self)));
    this.parentCandidates = ancestors.length > 0 ? [...ancestors, ...before] : before;
    this.level = this.isRoot ? 0 : Math.max(1, ancestors.length);
    const children = this.standingFor(this.at(this.self).children);
    if (this.isRoot) children.push(...tops.slice(1));
    const taken = [...this.adopted].filter((member) => member !== this.parent && !children.includes(member));
    this.below = [...children, ...taken];
  }

  /** The members above this one in the tree of all, the nearest first. */
  private ancestors(): MemberId[] {
    const ancestors: MemberId[] = [];
    for (let { parent } = this.at(this.self); parent !== undefined; { parent } = this.at(parent))
      ancestors.push(parent);
    return ancestors;
  }

  /** The members above whom nobody answers, in member order. */
  private tops(): MemberId[] {
    const root = this.ancestors().at(-1) ?? this.self;
    const tops = new Set(this.standingFor([root]));
    return this.members.filter((member) => tops.has(member));
  }

  /** The given members; instead of one that does not answer, those below it. */
  private standingFor(members: readonly MemberId[]): MemberId[] {
    return members.flatMap((member) =>
      this.isSuspected(member) ? this.standingFor(this.at(member).children) : [member],
    );
  }

  private at(member: MemberId): TreePosition {
    let position = this.positions.get(member);
    if (position === undefined) {
      position = this.positionOf(this.members, member);
      this.positions.set(member, position);
    }
    return position;
  }
}
