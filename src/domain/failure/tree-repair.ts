import type { AntiEntropy } from "../anti-entropy/anti-entropy.js";
import type { Batcher } from "../batching/batcher.js";
import type { Pacer } from "../batching/pacer.js";
import type { RoundPacer } from "../batching/rounds/round-pacer.js";
import { TREE_REPAIR } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { Identity } from "../identity.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { Log } from "../ports/log.js";
import type { MemberId } from "../ports/transport.js";
import type { Overlay } from "../tree/overlay.js";
import type { ValueLog } from "../values/value-log.js";
import type { AckTimer } from "./ack-timer.js";
import type { FailureDetector } from "./failure-detector.js";

/**
 * Keeps the tree going when members fail: who does not answer is left out of it, who is heard of again is taken back, and
 * whoever has a new neighbour finds out with it what one of them lacks.
 */
export class TreeRepair {
  /** When a member that remembers an earlier life of this node was last asked. */
  private readonly askedAt = new Map<MemberId, number>();
  /** Members that have asked this life of this node what it has. */
  private readonly digestExchangedWith = new Set<MemberId>();
  /** Has this node found out, or known from the start, that it has lived before? */
  private knowsOfEarlierLife: boolean;
  /** How many steps the search for a way up has taken without finding one that answers, and when the last one was. */
  private search = { steps: 0, at: Number.NEGATIVE_INFINITY };
  private cancelSearch: CancelTask | undefined;

  /** @param settleTime values accepted longer ago than this (ms) have reached everyone, unless a digest shows otherwise */
  constructor(
    private readonly identity: Identity,
    private readonly clock: Clock,
    private readonly stderr: Log,
    private readonly log: ValueLog,
    private readonly tracker: DeltaTracker,
    private readonly neighbourhood: Overlay,
    /** Along the tree, in rounds; without rounds values go to every member, silent or not. */
    private readonly rounds: RoundPacer | undefined,
    private readonly rhythm: Pacer,
    private readonly batcher: Batcher,
    private readonly retransmitter: AckTimer,
    private readonly antiEntropy: AntiEntropy,
    private readonly liveness: FailureDetector,
    private readonly settleTime: number,
  ) {
    this.knowsOfEarlierLife = identity.hasLivedBefore;
  }

  /** The member has left several questions in a row unanswered: the tree does without it from now on. */
  suspect(member: MemberId): void {
    const wasParent = member === this.neighbourhood.parent;
    if (!this.change(() => this.neighbourhood.suspect(member), member)) return;
    this.tracker.of(member).markSuspect();
    this.retransmitter.cancel(member);
    this.antiEntropy.cancelRequest(member);
    this.liveness.watchForReturn(member);
    const { parent } = this.neighbourhood;
    if (wasParent) this.searchParent();
    // Whoever is left without a way up looks for other parts of the cluster.
    if (parent === undefined) this.antiEntropy.inconsistencySuspected();
    this.delegateSuspects();
    this.stderr.line(`${member} is unreachable${wasParent ? this.newParent : ""}`);
  }

  /** Which member this node turns to now, for the operator; where values do not travel along the tree it turns to none. */
  private get newParent(): string {
    const { parent } = this.neighbourhood;
    if (parent === undefined) return "; this node is the root now";
    return this.rounds === undefined ? "" : `; using ${parent} as parent`;
  }

  /** The member leaves something unanswered: finds out whether it is still there. */
  probe(member: MemberId): void {
    if (!this.neighbourhood.isSuspected(member)) this.liveness.probe(member);
  }

  /**
   * Where this node sends its values to everyone, all others take it for granted that they arrive. Those that do not reach a silent
   * member are left to whoever is next above it, who may: comparing tells that one whom this node suspects.
   */
  private delegateSuspects(): void {
    if (!this.rhythm.isDirect) return;
    const above = new Set(
      this.neighbourhood.suspects.map((suspect) => this.neighbourhood.closestLiveAncestor(suspect)),
    );
    above.delete(this.identity.self);
    this.antiEntropy.requestDigests([...above], 0);
  }

  /** Something came from the member. */
  heardFrom(member: MemberId): void {
    this.liveness.heardFrom(member);
    this.tracker.of(member).markAlive();
    if (member === this.neighbourhood.parent) this.endSearch();
    if (!this.change(() => this.neighbourhood.unsuspect(member))) return;
    const isParent = this.neighbourhood.parent === member;
    this.stderr.line(`${member} is reachable again${isParent ? this.newParent : ""}`);
    // As a neighbour it has been asked already, like every new one.
    if (this.rounds === undefined || !this.neighbours().includes(member)) this.antiEntropy.requestDigest(member);
  }

  /**
   * The member spoke in a new life: what it was sent in the one before is gone.
   * @param isComparing it has sent a digest, and will get the one of this node
   */
  peerRestarted(member: MemberId, isComparing: boolean): void {
    this.tracker.of(member).assume(this.log.acceptedBefore(this.clock.now() - this.settleTime));
    if (!isComparing) this.antiEntropy.requestDigest(member, 0, true);
  }

  /** The member asks for this node's digest, and brings its own: it knows of this life, and both learn what they lack. */
  digestExchanged(member: MemberId): void {
    this.digestExchangedWith.add(member);
  }

  /** The member seems to remember an earlier life of this node, which therefore does not know what either of them lacks. */
  amnesiaDetected(member: MemberId): void {
    // It said so before it knew.
    if (this.digestExchangedWith.has(member)) return;
    const now = this.clock.now();
    if (now - (this.askedAt.get(member) ?? Number.NEGATIVE_INFINITY) < TREE_REPAIR.amnesiaPause) return;
    this.askedAt.set(member, now);
    this.antiEntropy.requestDigest(member);
  }

  /**
   * This node has lived before, for certain, and knows nothing of it: it has no journal. The first one that it hears of may have been cut off
   * and lack the same, and for the others all may seem well.
   */
  recoverFromAmnesia(): void {
    if (this.knowsOfEarlierLife) return;
    this.knowsOfEarlierLife = true;
    const others = this.neighbours().filter((member) => !this.digestExchangedWith.has(member));
    this.antiEntropy.requestDigests(others, TREE_REPAIR.recoveryDelay);
  }

  /** The member takes this one for its parent, or does not. */
  parentClaimed(member: MemberId, asParent: boolean): void {
    const { parent } = this.neighbourhood;
    if (!this.change(() => this.neighbourhood.setClaim(member, asParent)) || !asParent) return;
    // It comes here because its own way up does not answer: that may be this node's way up as well.
    if (parent !== undefined) this.liveness.probe(parent, true);
  }

  /** Another member suspects these: if one of them matters here, see for oneself. */
  suspicionsReceived(member: MemberId, suspects: readonly MemberId[]): void {
    const { parent } = this.neighbourhood;
    if (parent !== undefined && parent !== member && suspects.includes(parent)) this.liveness.probe(parent, true);
    if (this.rhythm.isDirect) this.adoptDelegated(suspects);
    if (member !== parent) return;
    // The parent hears again of someone who was silent: so may this node.
    for (const suspect of this.neighbourhood.suspects) if (!suspects.includes(suspect)) this.liveness.probe(suspect);
  }

  /** Another member does not reach these: where this node does, and is next above, it finds out what they miss. One question for all who say so at a time. */
  private adoptDelegated(suspects: readonly MemberId[]): void {
    const { members, self } = this.identity;
    const reached = members.filter(
      (member) =>
        member !== self &&
        suspects.includes(member) &&
        !this.neighbourhood.isSuspected(member) &&
        this.neighbourhood.isClosestLiveAncestorOf(member),
    );
    this.antiEntropy.requestDigests(reached, TREE_REPAIR.childsTurn);
  }

  /** Members came or left: the tree is that of those who are there now. */
  membersChanged(members: readonly MemberId[]): void {
    const before = this.identity.members;
    this.change(() => {
      this.identity.membersChanged(members);
      this.neighbourhood.membersChanged(members);
      return true;
    });
    for (const member of before) if (!members.includes(member)) this.memberLeft(member);
    for (const member of members) if (!before.includes(member)) this.memberJoined(member);
    this.antiEntropy.partnersChanged(members.filter((member) => member !== this.identity.self));
  }

  close(): void {
    this.endSearch();
    this.liveness.close();
  }

  /**
   * The way up has become another one. Mostly that works; but if it does not either, a part of the cluster may be out of reach,
   * and to find that out member by member would take long: so with each step four times as many are asked at a time.
   */
  private searchParent(): void {
    const now = this.clock.now();
    if (now > this.search.at) this.search = { steps: this.search.steps + 1, at: now };
    this.cancelSearch?.();
    const { parent } = this.neighbourhood;
    const ask = () => {
      for (const member of this.neighbourhood.parentCandidates.slice(0, 4 ** (this.search.steps - 1)))
        this.liveness.probe(member, true);
    };
    if (this.search.steps > 1) ask();
    // The new parent is being asked what it has already.
    else if (parent !== undefined) this.cancelSearch = this.clock.schedule(this.rhythm.answerTime(parent), ask);
  }

  private endSearch(): void {
    this.cancelSearch?.();
    this.search = { steps: 0, at: Number.NEGATIVE_INFINITY };
  }

  /** The member has left: nothing is expected of it any more, and nothing remembered. */
  private memberLeft(member: MemberId): void {
    this.liveness.memberLeft(member);
    this.batcher.dropQueue(member);
    this.retransmitter.cancel(member);
    this.antiEntropy.cancelRequest(member);
    this.askedAt.delete(member);
    this.digestExchangedWith.delete(member);
  }

  /**
   * The member is new. What it lacks it gets from its neighbours in the tree, all of it; but what this node has just sent to
   * every member itself, without knowing of this one, only this node can make up for.
   */
  private memberJoined(member: MemberId): void {
    if (!this.rhythm.targets(undefined).includes(member)) return;
    if (!this.isBeside(member)) {
      const recent = this.log.known.ofMember(this.identity.self);
      for (const run of this.log.acceptedBefore(this.clock.now() - this.settleTime)) recent.remove(run);
      this.tracker.of(member).assume(this.log.known.without(recent));
    }
    this.batcher.recompute(member);
  }

  /**
   * Changes the neighbourhood, and lets everything follow that depends on it.
   * @param silent the member that it changes for, if it is one that does not answer
   */
  private change(act: () => boolean, silent?: MemberId): boolean {
    const settled = this.undisturbedUntil(silent) - this.settleTime;
    const before = new Set(this.neighbours());
    if (!act()) return false;
    this.rounds?.positionChanged();
    const after = new Set(this.neighbours());
    for (const member of before) {
      if (after.has(member)) continue;
      this.batcher.dropQueue(member);
      this.retransmitter.cancel(member);
      // Only who was to be asked as a new neighbour is excused: the head also asks others, to know what all have.
      this.antiEntropy.cancelUnsent(member);
      // Nobody waits for its acknowledgements any more: what is on its way to it counts as unsent, should it come back.
      this.tracker.of(member).giveUpUntil(this.clock.now());
    }
    for (const member of after) {
      if (before.has(member) || !this.isBeside(member)) continue;
      // Old values are everywhere, as far as one can tell from here; its own word on it follows.
      this.tracker.of(member).assume(this.log.acceptedBefore(settled));
      this.antiEntropy.requestDigest(member, member === this.neighbourhood.parent ? 0 : TREE_REPAIR.childsTurn);
    }
    if (this.rounds !== undefined) for (const member of after) this.batcher.recompute(member);
    return true;
  }

  /** Until when values have spread as they should, in ms: what passed by way of a member that fell silent since may be nowhere. */
  private undisturbedUntil(silent: MemberId | undefined): number {
    const ways = [this.neighbourhood.parent, silent].flatMap((member) =>
      member === undefined ? [] : [this.liveness.lastHeard(member) ?? Number.NEGATIVE_INFINITY],
    );
    return Math.min(this.clock.now(), ...ways);
  }

  /** Is the member above this one in the tree, or below? It has a tree even where values do not travel along it. */
  private isBeside(member: MemberId): boolean {
    return member === this.neighbourhood.parent || this.neighbourhood.children.includes(member);
  }

  private neighbours(): readonly MemberId[] {
    return (this.rounds ?? this.rhythm).targets(undefined);
  }
}
