import { inMemberOrder } from "../identity/member-index.js";
import type { MemberId } from "../ports/transport.js";
import { Signal } from "../signal.js";
import { type Topology, type TreeBuilder, type TreePosition, treeNeighbours } from "./tree-builder.js";

/** The health of the peers, which `DeltaTracker` holds. */
interface Suspicions {
  suspects(): Iterable<MemberId>;
  isSuspect(member: MemberId): boolean;
  of(member: MemberId): { markSuspect(): void; markAlive(): void };
}

interface OverlayDeps {
  readonly identity: { readonly members: readonly MemberId[]; readonly self: MemberId };
  readonly peers: Suspicions;
  /** The neighbours of which the tree is built. If absent, the tree is built of the members alone. */
  readonly topology?: Topology | undefined;
}

/**
 * This node's place in the tree, with suspects bypassed. The tree of all members stays the same. The children of a
 * suspect belong to its closest live ancestor; without a live ancestor, they belong to the first of the members at the
 * top. So a suspicion moves only the members around the suspect. Members need not agree on suspects: each one chooses a
 * parent that works for it, and that parent adopts it.
 */
export class Overlay implements TreePosition {
  private readonly adopted = new Set<MemberId>();
  private readonly positions = new Map<MemberId, TreePosition>();
  /** Possible parents, the best first; empty at the root. */
  parentCandidates: readonly MemberId[] = [];
  private below: readonly MemberId[] = [];
  level = 0;
  /** The root of the tree: the first member without a live ancestor. */
  root: MemberId;

  /** Emitted when the root, the suspects or this node's place may have changed. */
  readonly changed = new Signal<void>();

  private members: readonly MemberId[];
  private readonly self: MemberId;

  constructor(
    private readonly deps: OverlayDeps,
    private readonly builder: TreeBuilder,
  ) {
    this.members = deps.identity.members;
    this.self = deps.identity.self;
    this.root = this.self;
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

  /** The members that this node is linked to: parent, children and shortcuts. */
  get links(): readonly MemberId[] {
    return [...treeNeighbours(this), ...this.shortcuts];
  }

  /** The suspects that would be neighbours in the tree otherwise, in member order. */
  get bypassedNeighbours(): readonly MemberId[] {
    const neighbours = treeNeighbours(this.at(this.self));
    return this.suspects.filter((member) => neighbours.includes(member));
  }

  get heightBelow(): number {
    return this.isRoot ? this.height : this.at(this.self).heightBelow;
  }

  get height(): number {
    return this.at(this.self).height;
  }

  /** The suspected members, in member order. */
  get suspects(): readonly MemberId[] {
    return inMemberOrder(this.members, this.deps.peers.suspects());
  }

  /** Whether this node has no parent. */
  get isRoot(): boolean {
    return this.parent === undefined;
  }

  isSuspected(member: MemberId): boolean {
    return this.deps.peers.isSuspect(member);
  }

  /** The closest live ancestor of the member, or the root if there is none. It watches for the member's return. */
  closestLiveAncestor(member: MemberId): MemberId {
    let { parent } = this.at(member);
    while (parent !== undefined && this.isSuspected(parent)) ({ parent } = this.at(parent));
    return parent ?? this.root;
  }

  isClosestLiveAncestorOf(member: MemberId): boolean {
    return this.closestLiveAncestor(member) === this.self;
  }

  /** Marks the member as a suspect; returns false if it is one already, is this node, or is no member. */
  suspect(member: MemberId): boolean {
    if (member === this.self || this.isSuspected(member) || !this.members.includes(member)) return false;
    this.deps.peers.of(member).markSuspect();
    this.adopted.delete(member);
    this.update();
    return true;
  }

  /** Marks the member as alive; returns false if it was no suspect. */
  unsuspect(member: MemberId): boolean {
    if (!this.isSuspected(member)) return false;
    this.deps.peers.of(member).markAlive();
    this.update();
    return true;
  }

  /**
   * Notes whether a member claims this node as its parent.
   * @returns whether that changes the children
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

  /** Replaces the members. Former members are neither suspects nor children any more. */
  membersChanged(members: readonly MemberId[]): void {
    this.members = members;
    this.positions.clear();
    for (const member of this.adopted) if (!members.includes(member)) this.adopted.delete(member);
    this.update();
  }

  private update(): void {
    const ancestors = this.ancestors().filter((member) => !this.isSuspected(member));
    const tops = this.tops();
    this.root = tops[0] ?? this.self;
    const before = tops.slice(0, Math.max(0, tops.indexOf(this.self)));
    this.parentCandidates = [...ancestors, ...before];
    this.level = this.isRoot ? 0 : Math.max(1, ancestors.length);
    const children = this.standingFor(this.at(this.self).children);
    if (this.isRoot) children.push(...tops.slice(1));
    const taken = [...this.adopted].filter((member) => member !== this.parent && !children.includes(member));
    this.below = [...children, ...taken];
    this.changed.emit();
  }

  /** The ancestors of this node in the tree of all members, the nearest first. */
  private ancestors(): MemberId[] {
    const ancestors: MemberId[] = [];
    for (let { parent } = this.at(this.self); parent !== undefined; { parent } = this.at(parent))
      ancestors.push(parent);
    return ancestors;
  }

  /** The live members without a live ancestor, in member order. */
  private tops(): MemberId[] {
    const root = this.ancestors().at(-1) ?? this.self;
    return inMemberOrder(this.members, this.standingFor([root]));
  }

  /** Returns the members, with each suspect replaced by the live members below it. */
  private standingFor(members: readonly MemberId[]): MemberId[] {
    return members.flatMap((member) =>
      this.isSuspected(member) ? this.standingFor(this.at(member).children) : [member],
    );
  }

  private at(member: MemberId): TreePosition {
    let position = this.positions.get(member);
    if (position === undefined) {
      position = this.builder.build(this.members, this.deps.topology, member);
      this.positions.set(member, position);
    }
    return position;
  }
}
