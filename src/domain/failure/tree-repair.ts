import type { AntiEntropy } from "../anti-entropy/anti-entropy.js";
import type { Batcher } from "../batching/batcher.js";
import type { Pacer } from "../batching/pacer.js";
import { TREE_REPAIR } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import { Slot } from "../delta/slot.js";
import type { Identity } from "../identity.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { Log } from "../ports/log.js";
import type { MemberId } from "../ports/transport.js";
import type { Overlay } from "../tree/overlay.js";
import type { ValueLog } from "../values/value-log.js";
import type { AckTimer } from "./ack-timer.js";
import type { FailureDetector } from "./failure-detector.js";
import type { TreeMaintenance } from "./tree-maintenance.js";

/** How this node and a member stand after one of them has restarted. */
interface Memory {
  /** When the member, which remembers an earlier incarnation of this node, was last asked for its digest, in ms. */
  askedAt: number;
  /** Has the member requested the digest of this incarnation? Then it knows what this node has. */
  isShared: boolean;
}

const MEMORY = new Slot<Memory>(() => ({ askedAt: Number.NEGATIVE_INFINITY, isShared: false }));

interface TreeRepairDeps {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly log: Log;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly overlay: Overlay;
  readonly pacer: Pacer;
  readonly batcher: Batcher;
  readonly ackTimer: AckTimer;
  readonly antiEntropy: AntiEntropy;
  readonly failureDetector: FailureDetector;
}

/**
 * Keeps the tree going when members fail: who does not answer is left out of it, who is heard of again is taken back, and
 * whoever has a new neighbour finds out with it what one of them lacks.
 */
export class TreeRepair implements TreeMaintenance {
  /** Has this node found out, or known from the start, that it has lived before? */
  private knowsOfEarlierLife: boolean;
  /** How many steps the search for a way up has taken without finding one that answers, and when the last one was. */
  private search = { steps: 0, at: Number.NEGATIVE_INFINITY };
  private cancelSearch: CancelTask | undefined;

  /** @param settleTime values accepted longer ago than this (ms) have reached everyone, unless a digest shows otherwise */
  constructor(
    private readonly deps: TreeRepairDeps,
    private readonly settleTime: number,
  ) {
    this.knowsOfEarlierLife = deps.identity.hasLivedBefore;
  }

  /** The member has left several questions in a row unanswered: the tree does without it from now on. */
  suspect(member: MemberId): void {
    const wasParent = member === this.deps.overlay.parent;
    if (!this.change(() => this.deps.overlay.suspect(member), member)) return;
    this.deps.ackTimer.cancel(member);
    this.deps.antiEntropy.cancelRequest(member);
    this.deps.failureDetector.watchForReturn(member);
    const { parent } = this.deps.overlay;
    if (wasParent) this.searchParent();
    // Whoever is left without a way up looks for other parts of the cluster.
    if (parent === undefined) this.deps.antiEntropy.inconsistencySuspected();
    this.delegateSuspects();
    this.deps.log.line(`${member} is unreachable${wasParent ? this.newParent : ""}`);
  }

  /** Which member this node turns to now, for the operator; where values do not travel along the tree it turns to none. */
  private get newParent(): string {
    const { parent } = this.deps.overlay;
    if (parent === undefined) return "; this node is the root now";
    return this.deps.pacer.followsTree ? `; using ${parent} as parent` : "";
  }

  /** The member leaves something unanswered: finds out whether it is still there. */
  probe(member: MemberId): void {
    if (!this.deps.overlay.isSuspected(member)) this.deps.failureDetector.probe(member);
  }

  /**
   * Where this node sends its values to everyone, all others take it for granted that they arrive. Those that do not reach a silent
   * member are left to whoever is next above it, who may: comparing tells that one whom this node suspects.
   */
  private delegateSuspects(): void {
    if (!this.deps.pacer.isDirect) return;
    const above = new Set(this.deps.overlay.suspects.map((suspect) => this.deps.overlay.closestLiveAncestor(suspect)));
    above.delete(this.deps.identity.self);
    this.deps.antiEntropy.requestDigests([...above], 0);
  }

  /** Something came from the member. */
  heardFrom(member: MemberId): void {
    this.deps.failureDetector.heardFrom(member);
    if (member === this.deps.overlay.parent) this.endSearch();
    if (!this.change(() => this.deps.overlay.unsuspect(member))) return;
    const isParent = this.deps.overlay.parent === member;
    this.deps.log.line(`${member} is reachable again${isParent ? this.newParent : ""}`);
    // As a neighbour it has been asked already, like every new one.
    if (!this.deps.pacer.followsTree || !this.neighbours().includes(member))
      this.deps.antiEntropy.requestDigest(member);
  }

  /**
   * The member spoke in a new life: what it was sent in the one before is gone.
   * @param isComparing it has sent a digest, and will get the one of this node
   */
  peerRestarted(member: MemberId, isComparing: boolean): void {
    this.deps.peers.of(member).assume(this.deps.values.acceptedBefore(this.deps.clock.now() - this.settleTime));
    if (!isComparing) this.deps.antiEntropy.requestDigest(member, 0, true);
  }

  /** The member asks for this node's digest, and brings its own: it knows of this life, and both learn what they lack. */
  digestExchanged(member: MemberId): void {
    this.memoryOf(member).isShared = true;
  }

  /** The member seems to remember an earlier life of this node, which therefore does not know what either of them lacks. */
  amnesiaDetected(member: MemberId): void {
    // It said so before it knew.
    const memory = this.memoryOf(member);
    if (memory.isShared) return;
    const now = this.deps.clock.now();
    if (now - memory.askedAt < TREE_REPAIR.amnesiaPause) return;
    memory.askedAt = now;
    this.deps.antiEntropy.requestDigest(member);
  }

  /**
   * This node has lived before, for certain, and knows nothing of it: it has no journal. The first one that it hears of may have been cut off
   * and lack the same, and for the others all may seem well.
   */
  recoverFromAmnesia(): void {
    if (this.knowsOfEarlierLife) return;
    this.knowsOfEarlierLife = true;
    const others = this.neighbours().filter((member) => !this.memoryOf(member).isShared);
    this.deps.antiEntropy.requestDigests(others, TREE_REPAIR.recoveryDelay);
  }

  /** The member takes this one for its parent, or does not. */
  parentClaimed(member: MemberId, asParent: boolean): void {
    const { parent } = this.deps.overlay;
    if (!this.change(() => this.deps.overlay.setClaim(member, asParent)) || !asParent) return;
    // It comes here because its own way up does not answer: that may be this node's way up as well.
    if (parent !== undefined) this.deps.failureDetector.probe(parent, true);
  }

  /** Another member suspects these: if one of them matters here, see for oneself. */
  suspicionsReceived(member: MemberId, suspects: readonly MemberId[]): void {
    const { parent } = this.deps.overlay;
    if (parent !== undefined && parent !== member && suspects.includes(parent))
      this.deps.failureDetector.probe(parent, true);
    if (this.deps.pacer.isDirect) this.adoptDelegated(suspects);
    if (member !== parent) return;
    // The parent hears again of someone who was silent: so may this node.
    for (const suspect of this.deps.overlay.suspects)
      if (!suspects.includes(suspect)) this.deps.failureDetector.probe(suspect);
  }

  /** Another member does not reach these: where this node does, and is next above, it finds out what they miss. One question for all who say so at a time. */
  private adoptDelegated(suspects: readonly MemberId[]): void {
    const { members, self } = this.deps.identity;
    const reached = members.filter(
      (member) =>
        member !== self &&
        suspects.includes(member) &&
        !this.deps.overlay.isSuspected(member) &&
        this.deps.overlay.isClosestLiveAncestorOf(member),
    );
    this.deps.antiEntropy.requestDigests(reached, TREE_REPAIR.childsTurn);
  }

  /** Members came or left: the tree is that of those who are there now. */
  membersChanged(members: readonly MemberId[]): "adapted" {
    const before = this.deps.identity.members;
    this.change(() => {
      this.deps.identity.membersChanged(members);
      this.deps.overlay.membersChanged(members);
      return true;
    });
    for (const member of members) if (!before.includes(member)) this.memberJoined(member);
    this.deps.antiEntropy.partnersChanged(members.filter((member) => member !== this.deps.identity.self));
    return "adapted";
  }

  close(): void {
    this.endSearch();
  }

  /**
   * The way up has become another one. Mostly that works; but if it does not either, a part of the cluster may be out of reach,
   * and to find that out member by member would take long: so with each step four times as many are asked at a time.
   */
  private searchParent(): void {
    const now = this.deps.clock.now();
    if (now > this.search.at) this.search = { steps: this.search.steps + 1, at: now };
    this.cancelSearch?.();
    const { parent } = this.deps.overlay;
    const ask = () => {
      for (const member of this.deps.overlay.parentCandidates.slice(0, 4 ** (this.search.steps - 1)))
        this.deps.failureDetector.probe(member, true);
    };
    if (this.search.steps > 1) ask();
    // The new parent is being asked what it has already.
    else if (parent !== undefined)
      this.cancelSearch = this.deps.clock.schedule(this.deps.pacer.answerTime(parent), ask);
  }

  private endSearch(): void {
    this.cancelSearch?.();
    this.search = { steps: 0, at: Number.NEGATIVE_INFINITY };
  }

  /**
   * The member is new. What it lacks it gets from its neighbours in the tree, all of it; but what this node has just sent to
   * every member itself, without knowing of this one, only this node can make up for.
   */
  private memberJoined(member: MemberId): void {
    if (!this.deps.pacer.targets(undefined).includes(member)) return;
    if (!this.isBeside(member)) {
      const recent = this.deps.values.known.ofMember(this.deps.identity.self);
      for (const run of this.deps.values.acceptedBefore(this.deps.clock.now() - this.settleTime)) recent.remove(run);
      this.deps.peers.of(member).assume(this.deps.values.known.without(recent));
    }
    this.deps.batcher.recompute(member);
  }

  /**
   * Changes the neighbourhood, and lets everything follow that depends on it.
   * @param silent the member that it changes for, if it is one that does not answer
   */
  private change(act: () => boolean, silent?: MemberId): boolean {
    const settled = this.undisturbedUntil(silent) - this.settleTime;
    const before = new Set(this.neighbours());
    if (!act()) return false;
    this.deps.pacer.positionChanged();
    const after = new Set(this.neighbours());
    for (const member of before) {
      if (after.has(member)) continue;
      this.deps.batcher.dropQueue(member);
      this.deps.ackTimer.cancel(member);
      // Only who was to be asked as a new neighbour is excused: the head also asks others, to know what all have.
      this.deps.antiEntropy.cancelUnsent(member);
      // Nobody waits for its acknowledgements any more: what is on its way to it counts as unsent, should it come back.
      this.deps.peers.of(member).giveUpUntil(this.deps.clock.now());
    }
    for (const member of after) {
      if (before.has(member) || !this.isBeside(member)) continue;
      // Old values are everywhere, as far as one can tell from here; its own word on it follows.
      this.deps.peers.of(member).assume(this.deps.values.acceptedBefore(settled));
      this.deps.antiEntropy.requestDigest(member, member === this.deps.overlay.parent ? 0 : TREE_REPAIR.childsTurn);
    }
    if (this.deps.pacer.followsTree) for (const member of after) this.deps.batcher.recompute(member);
    return true;
  }

  /** Until when values have spread as they should, in ms: what passed by way of a member that fell silent since may be nowhere. */
  private undisturbedUntil(silent: MemberId | undefined): number {
    const ways = [this.deps.overlay.parent, silent].flatMap((member) =>
      member === undefined ? [] : [this.deps.failureDetector.lastHeard(member) ?? Number.NEGATIVE_INFINITY],
    );
    return Math.min(this.deps.clock.now(), ...ways);
  }

  private memoryOf(member: MemberId): Memory {
    return this.deps.peers.of(member).slots.of(MEMORY);
  }

  /** Is the member above this one in the tree, or below? It has a tree even where values do not travel along it. */
  private isBeside(member: MemberId): boolean {
    return member === this.deps.overlay.parent || this.deps.overlay.children.includes(member);
  }

  private neighbours(): readonly MemberId[] {
    return this.deps.pacer.neighbours();
  }
}
