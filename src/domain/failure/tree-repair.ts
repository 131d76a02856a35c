import type { AntiEntropy } from "../anti-entropy/anti-entropy.js";
import { settleTime } from "../anti-entropy/reconciliation.js";
import type { Batcher } from "../batching/batcher.js";
import type { Pacer } from "../batching/pacer.js";
import { TREE_REPAIR } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import { Slot } from "../delta/slot.js";
import type { Identity } from "../identity/identity.js";
import { memberReachable, memberUnreachable, type NewPlace } from "../log/events.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { Log } from "../ports/log.js";
import type { MemberId } from "../ports/transport.js";
import type { Overlay } from "../tree/overlay.js";
import { treeNeighbours } from "../tree/tree-builder.js";
import type { ValueLog } from "../values/value-log.js";
import type { AckTimer } from "./ack-timer.js";
import type { FailureDetector } from "./failure-detector.js";
import { ParentSuspects } from "./parent-suspects.js";
import type { Suspicions, TreeMaintenance } from "./tree-maintenance.js";

/** The knowledge that this node and a member have of each other after a restart. */
interface Memory {
  /** When this node last requested the digest of the member, which remembers an earlier incarnation, in ms. */
  requestedAt: number;
  /** Whether the member has requested the digest of this incarnation, and so knows what this node has. */
  isShared: boolean;
}

const MEMORY = new Slot<Memory>(() => ({ requestedAt: Number.NEGATIVE_INFINITY, isShared: false }));

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
 * Repairs the tree when members fail. A suspect is bypassed, a returning member is taken back, and new neighbours
 * compare their values.
 */
export class TreeRepair implements TreeMaintenance {
  /** Whether this node knows that it has restarted. */
  private knowsOfRestart: boolean;
  /** Steps of the search for a live parent, and the time of the last step. */
  private search = { steps: 0, at: Number.NEGATIVE_INFINITY };
  private readonly parentSuspects = new ParentSuspects();
  private cancelSearch: CancelTask | undefined;
  private cancelDelegation: CancelTask | undefined;
  private cancelWatch: CancelTask | undefined;

  /** Values older than this, in ms, count as delivered everywhere, unless a digest shows otherwise. */
  private readonly settleTime: number;

  /** @param settings `max` is the target time until every value is on every member, in ms */
  constructor(
    private readonly deps: TreeRepairDeps,
    settings: { readonly max: number },
  ) {
    this.settleTime = settleTime(settings);
    this.knowsOfRestart = deps.identity.hasLivedBefore;
  }

  /** The member has left several requests in a row unanswered: the tree bypasses it from now on. */
  suspect(member: MemberId): void {
    const wasParent = member === this.deps.overlay.parent;
    if (!this.change(() => this.deps.overlay.suspect(member), member)) return;
    this.deps.ackTimer.cancel(member);
    this.deps.antiEntropy.cancelRequest(member);
    this.deps.failureDetector.watchForReturn(member);
    const { parent } = this.deps.overlay;
    if (wasParent) this.searchParent();
    // A node without a parent may be cut off, and looks for other parts of the cluster.
    if (parent === undefined) this.deps.antiEntropy.inconsistencySuspected();
    this.delegateSoon();
    this.deps.log.event(memberUnreachable({ member, ...(wasParent && this.newPlace) }));
  }

  /** The new place in the tree, for the log. A mode that does not use the tree has no parent to name. */
  private get newPlace(): NewPlace {
    const { parent } = this.deps.overlay;
    if (parent === undefined) return { isRoot: true };
    return this.deps.pacer.followsTree ? { parent } : {};
  }

  /** The member may have failed, so it is probed. */
  probe(member: MemberId): void {
    if (member === this.deps.identity.self) return;
    this.deps.failureDetector.probe(member);
  }

  /**
   * Delegates suspects in eager mode. The other members assume that this node's values reach everyone. The closest live
   * ancestor of a suspect may still reach it, and this node's digest lists the suspects. Most members of a part that is cut
   * off become suspects together, so the digest waits for the others.
   */
  private delegateSoon(): void {
    if (!this.deps.pacer.isDirect || this.cancelDelegation !== undefined) return;
    this.cancelDelegation = this.deps.clock.schedule(TREE_REPAIR.delegationDelay, () => {
      this.cancelDelegation = undefined;
      this.delegateSuspects();
    });
  }

  private delegateSuspects(): void {
    const above = new Set(this.deps.overlay.suspects.map((suspect) => this.deps.overlay.closestLiveAncestor(suspect)));
    above.delete(this.deps.identity.self);
    // A digest that has left before does not list the latest suspects.
    for (const ancestor of above) this.deps.antiEntropy.requestDigest(ancestor);
  }

  heardFrom(member: MemberId): void {
    this.deps.failureDetector.heardFrom(member);
    if (member === this.deps.overlay.parent) this.endSearch();
    if (!this.change(() => this.deps.overlay.unsuspect(member))) return;
    const isParent = this.deps.overlay.parent === member;
    this.deps.log.event(memberReachable({ member, ...(isParent && this.newPlace) }));
    // A neighbour's digest is requested anyway, as that of any new neighbour.
    if (!this.deps.pacer.followsTree || !this.neighbours().includes(member))
      this.deps.antiEntropy.requestDigest(member);
  }

  peerRestarted(member: MemberId, isComparing: boolean): void {
    this.deps.peers.of(member).assume(this.deps.values.acceptedBefore(this.deps.clock.now() - this.settleTime));
    if (!isComparing) this.deps.antiEntropy.requestDigest(member, 0, true);
    this.passOnFor(member);
  }

  /**
   * Passes on the latest values of a restarted member's earlier life. If it sent them to everyone, this node assumed that everyone has
   * them. But the member cannot send again what was lost, and others ignore what arrives after the news of its restart.
   */
  private passOnFor(member: MemberId): void {
    const { values, clock, peers, batcher, overlay } = this.deps;
    const since = clock.now() - TREE_REPAIR.directMemory;
    const latest = values.acceptedAfter(since, values.held.ofMember(member).ranges());
    if (latest.isEmpty) return;
    for (const neighbour of treeNeighbours(overlay)) {
      peers.of(neighbour).retractAssumed(latest.ranges());
      batcher.recomputeIfTarget(neighbour);
    }
  }

  /** The member has sent its digest and requests this node's. It knows this incarnation, and both learn what they lack. */
  digestExchanged(member: MemberId): void {
    this.memoryOf(member).isShared = true;
  }

  /** The member seems to remember an earlier incarnation of this node, so neither knows what the other lacks. */
  amnesiaDetected(member: MemberId): void {
    // The message may have left before the member knew this incarnation.
    const memory = this.memoryOf(member);
    if (memory.isShared) return;
    const now = this.deps.clock.now();
    if (now - memory.requestedAt < TREE_REPAIR.amnesiaPause) return;
    memory.requestedAt = now;
    this.deps.antiEntropy.requestDigest(member);
  }

  /**
   * This node has certainly restarted, without a journal. It compares with all neighbours: the first one may have been
   * cut off and lack the same values, and the others see no reason to compare.
   */
  recoverFromAmnesia(): void {
    if (this.knowsOfRestart) return;
    this.knowsOfRestart = true;
    const others = this.neighbours().filter((member) => !this.memoryOf(member).isShared);
    this.deps.antiEntropy.requestDigests(others, TREE_REPAIR.recoveryDelay);
  }

  /** The member claims this node as its parent, or does not. */
  parentClaimed(member: MemberId, asParent: boolean): void {
    const { parent } = this.deps.overlay;
    if (!this.change(() => this.deps.overlay.setClaim(member, asParent)) || !asParent) return;
    // The member has come here because its parent is unreachable. This node may have the same parent.
    if (parent !== undefined) this.deps.failureDetector.probe(parent, true);
  }

  /** Probes those suspects of another member that matter to this node. */
  suspicionsReceived(member: MemberId, { suspects = [], more = false }: Suspicions): void {
    const { parent } = this.deps.overlay;
    // A parent that names itself has just been heard from, so it is not probed.
    for (const suspect of suspects) if (suspect === parent) this.deps.failureDetector.probe(suspect, true);
    // The member may send its values to everyone although this node does not: each judges on its own whether rounds are feasible.
    if (this.deps.pacer.isDirect || this.deps.peers.peek(member).sendsToAll) this.adoptDelegated(suspects);
    if (member !== parent) return;
    // The parent probably reaches these members again, so this node may too.
    for (const returned of this.parentSuspects.update(member, this.deps.identity.members, { suspects, more }))
      this.deps.failureDetector.hasten(returned);
  }

  /**
   * Takes over delegated suspects. If this node reaches a suspect of another member and is its closest live ancestor,
   * it requests the suspect's digest, once for all reports at a time.
   */
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

  /** Members have joined or left, so the tree is built from the present ones. */
  membersChanged(members: readonly MemberId[]): "adapted" {
    const before = this.deps.identity.members;
    this.change(() => {
      this.deps.identity.membersChanged(members);
      this.deps.overlay.membersChanged(members);
      return true;
    });
    for (const member of members) if (!before.includes(member)) this.memberJoined(member);
    this.deps.antiEntropy.partnersChanged(this.deps.identity.everyoneElse);
    return "adapted";
  }

  close(): void {
    this.endSearch();
    this.cancelDelegation?.();
    this.cancelWatch?.();
  }

  /**
   * Checks the new parent, and if necessary the next candidates. Usually the first one is alive. Otherwise a part of
   * the cluster may be unreachable, and one probe at a time would take long, so each step probes four times as many
   * members.
   */
  private searchParent(): void {
    const now = this.deps.clock.now();
    if (now > this.search.at) this.search = { steps: this.search.steps + 1, at: now };
    this.cancelSearch?.();
    const { parent } = this.deps.overlay;
    const probe = () => {
      for (const member of this.deps.overlay.parentCandidates.slice(0, 4 ** (this.search.steps - 1)))
        this.deps.failureDetector.probe(member, true);
    };
    if (this.search.steps > 1) probe();
    // The digest of the new parent is being requested already.
    else if (parent !== undefined)
      this.cancelSearch = this.deps.clock.schedule(this.deps.pacer.answerTime(parent), probe);
  }

  private endSearch(): void {
    this.cancelSearch?.();
    this.search = { steps: 0, at: Number.NEGATIVE_INFINITY };
  }

  /**
   * Brings a new member up to date. Its neighbours in the tree send it all values. This node sends it only the values
   * that it has recently sent directly to every member, without this one.
   */
  private memberJoined(member: MemberId): void {
    if (!this.deps.pacer.targets(undefined).includes(member)) return;
    if (!this.isTreeNeighbour(member)) {
      const recent = this.deps.values.known.ofMember(this.deps.identity.self);
      for (const range of this.deps.values.acceptedBefore(this.deps.clock.now() - this.settleTime))
        recent.remove(range);
      this.deps.peers.of(member).assume(this.deps.values.known.without(recent));
    }
    this.deps.batcher.recompute(member);
  }

  /**
   * Changes the tree position and updates everything that depends on it.
   * @param suspect the member that has become a suspect, if that is the cause
   */
  private change(act: () => boolean, suspect?: MemberId): boolean {
    const settled = this.undisturbedUntil(suspect) - this.settleTime;
    const before = new Set(this.neighbours());
    if (!act()) return false;
    this.deps.pacer.positionChanged();
    const after = new Set(this.neighbours());
    for (const member of before) {
      if (after.has(member)) continue;
      this.deps.batcher.dropQueue(member);
      this.deps.ackTimer.cancel(member);
      // Only requests that were planned for a new neighbour are cancelled. The root also requests digests of other
      // members, for stability.
      this.deps.antiEntropy.cancelUnsent(member);
      // The acknowledgements of a former neighbour are not awaited. Values in flight to it count as unsent, in case
      // it becomes a neighbour again.
      this.deps.peers.of(member).giveUpUntil(this.deps.clock.now());
    }
    for (const member of after) {
      if (before.has(member) || !this.isTreeNeighbour(member)) continue;
      // Old values count as delivered everywhere. The digest of the neighbour will show exceptions.
      this.deps.peers.of(member).assume(this.deps.values.acceptedBefore(settled));
      this.deps.antiEntropy.requestDigest(member, member === this.deps.overlay.parent ? 0 : TREE_REPAIR.childsTurn);
    }
    if (this.deps.pacer.followsTree) for (const member of after) this.deps.batcher.recompute(member);
    this.watchFromAboveSoon();
    return true;
  }

  /**
   * Probes early the suspects whose closest live ancestor is this node. It may have just become that, with a long pause
   * still running. Members often fail or return together, and all are looked at once.
   */
  private watchFromAboveSoon(): void {
    this.cancelWatch ??= this.deps.clock.schedule(0, () => {
      this.cancelWatch = undefined;
      for (const suspect of this.deps.overlay.suspects)
        if (this.deps.overlay.isClosestLiveAncestorOf(suspect)) this.deps.failureDetector.hasten(suspect);
    });
  }

  /**
   * Time until which values have spread normally, in ms. Later values that went through a suspect may not have arrived
   * anywhere.
   */
  private undisturbedUntil(suspect: MemberId | undefined): number {
    const ways = [this.deps.overlay.parent, suspect].flatMap((member) =>
      member === undefined ? [] : [this.deps.failureDetector.lastHeard(member) ?? Number.NEGATIVE_INFINITY],
    );
    return Math.min(this.deps.clock.now(), ...ways);
  }

  private memoryOf(member: MemberId): Memory {
    return this.deps.peers.of(member).slots.of(MEMORY);
  }

  /** Whether the member is the parent or a child in the tree. The tree exists in every mode. */
  private isTreeNeighbour(member: MemberId): boolean {
    return treeNeighbours(this.deps.overlay).includes(member);
  }

  private neighbours(): readonly MemberId[] {
    return this.deps.pacer.neighbours();
  }
}
