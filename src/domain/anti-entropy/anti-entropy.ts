import type { Batcher } from "../batching/batcher.js";
import { ANTI_ENTROPY } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import { Slot } from "../delta/slot.js";
import type { Identity } from "../identity.js";
import type { Digest } from "../messages.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { Random } from "../ports/random.js";
import type { MemberId, Transport } from "../ports/transport.js";
import { Signal } from "../signal.js";
import { actorOf, isIncarnationOf } from "../values/dot.js";
import type { ValueLog } from "../values/value-log.js";
import { VersionVector } from "../values/version-vector.js";

/** How often anti-entropy runs. All in ms. */
export interface AntiEntropyPace {
  /** The interval at the first sign of trouble. */
  readonly shortest: number;
  /** The interval while nothing is wrong. Equal to `shortest`: a fixed interval, as the proposal has it. */
  readonly longest: number;
  /** Values younger than this are on their way and no reason to answer a digest. */
  readonly settleTime: number;
}

/** How this member stands with the others. */
export interface View {
  /** The members that do not answer it. */
  readonly suspects: readonly MemberId[];
  /** Is it at the head of all those that it reaches? */
  readonly isRoot: boolean;
}

/** What a member is going to be asked. */
interface DigestRequest {
  /** How often it was asked in a row before. */
  readonly asked: number;
  /** Was it asked before at all, and has not answered? */
  readonly isAsked: boolean;
  /** Is it told that it has lived before? */
  readonly isReborn: boolean;
}

/** The next request to a member whose own word on what it has is awaited. */
interface PlannedRequest {
  readonly cancel: CancelTask;
  /** Was there a request before? */
  readonly isAsked: boolean;
}

const REQUEST = new Slot<PlannedRequest>(
  () => ({ cancel: () => {}, isAsked: false }),
  ({ cancel }) => cancel(),
);

interface AntiEntropyDeps {
  readonly identity: Identity;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly batcher: Batcher;
  readonly overlay: View;
  readonly reconciliation: {
    /** The members that this node reconciles with. */
    readonly partners: readonly MemberId[];
    readonly pace: AntiEntropyPace;
  };
}

/**
 * The safety net: now and then a random partner is told everything that this node knows, as a digest, and the two
 * reconcile. It needs no common view of the tree. The interval follows Trickle (RFC 6206): it falls to the shortest at
 * a sign of trouble and doubles from there to the longest.
 */
export class AntiEntropy {
  private interval: number;
  private cancel: CancelTask | undefined;
  /** How many values there were when this was last looked at, when there was one more, and when a digest last told of them. */
  private news = { values: 0, cameAt: Number.NEGATIVE_INFINITY, toldAt: Number.NEGATIVE_INFINITY };
  /** Until somebody has spoken to this node in this life: the question that it starts with. */
  private cancelGreeting: CancelTask | undefined;

  /** This member leaves requests for its digest unanswered. */
  readonly unanswered = new Signal<MemberId>();

  private partners: readonly MemberId[];
  private readonly pace: AntiEntropyPace;

  constructor(private readonly deps: AntiEntropyDeps) {
    const { partners, pace } = deps.reconciliation;
    this.partners = partners;
    this.pace = pace;
    this.interval = pace.longest;
  }

  start(): void {
    if (this.partners.length === 0) return;
    this.scheduleNext();
    // A fixed interval is the proposal's, which has no other messages than its own.
    if (this.pace.shortest < this.pace.longest)
      this.cancelGreeting = this.deps.clock.schedule(ANTI_ENTROPY.bootstrapTime * (1 + this.deps.random.next()), () =>
        this.bootstrapSync(),
      );
  }

  /**
   * An earlier life of this node has left something, and may have kept from its neighbours what it knew: compares with each
   * of them; if none answers, with whoever does.
   */
  syncAfterRestart(neighbours: readonly MemberId[]): void {
    for (const neighbour of neighbours) this.requestDigest(neighbour);
    this.cancelGreeting?.();
    this.cancelGreeting = this.deps.clock.schedule(ANTI_ENTROPY.firstPause, () => this.bootstrapSync());
  }

  /** Another member speaks to this life of this node, and so will tell what it missed. */
  peerContacted(): void {
    if (this.cancelGreeting === undefined) return;
    this.cancelGreeting();
    this.cancelGreeting = undefined;
  }

  /** There are other partners from now on: while members come and go some see them that others do not, so look soon, and often. */
  partnersChanged(partners: readonly MemberId[]): void {
    this.partners = partners;
    if (this.cancel === undefined) this.start();
    this.inconsistencySuspected();
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.peerContacted();
  }

  /** Something is wrong (a loss, a gap, a member that is silent): look soon, and often. */
  inconsistencySuspected(): void {
    if (this.interval === this.pace.shortest || this.cancel === undefined) return;
    this.interval = this.pace.shortest;
    this.cancel();
    this.scheduleNext();
  }

  /**
   * Reconciles with one member, and asks until it answers: it has just become a neighbour, or has come back. One question
   * will do if there are several reasons at once, and none if the message that gives the reason is its digest.
   * @param delay how long it is given to ask first, in ms: one digest each way tells both all
   * @param isReborn it has just begun a new life
   */
  requestDigest(member: MemberId, delay = 0, isReborn = false): void {
    // Whoever asked before waits for the answer as well.
    const isAsked = this.requestTo(member)?.isAsked === true;
    this.cancelRequest(member);
    this.askIn(delay, member, { asked: 0, isAsked, isReborn });
  }

  /**
   * Reconciles with each of these, unless that is under way, or done by then.
   * @param delay in ms
   */
  requestDigests(members: readonly MemberId[], delay: number): void {
    for (const member of members) if (this.requestTo(member) === undefined) this.requestDigest(member, delay);
  }

  /** It does not matter any more what the member has; but who was asked already may as well answer. */
  cancelUnsent(member: MemberId): void {
    if (this.requestTo(member)?.isAsked === false) this.cancelRequest(member);
  }

  /** What the member has does not matter any more. */
  cancelRequest(member: MemberId): void {
    this.deps.peers.of(member).slots.clear(REQUEST);
  }

  /** A digest came: send what its sender lacks, and ask for what it has beyond this node's knowledge. */
  receive(from: MemberId, digest: Digest): void {
    const theirs = VersionVector.fromWire(digest.vector);
    if (digest.gone !== undefined) this.deps.values.compactTo(VersionVector.fromWire(digest.gone));
    const gone = this.deps.values.compactedBeyond(theirs);
    const state = this.deps.peers.of(from);
    const settled = this.deps.clock.now() - this.pace.settleTime;
    // What left that long ago and is not in the digest will not arrive.
    state.giveUpUntil(settled);
    state.reconcile(
      VersionVector.fromWire(digest.vector),
      this.deps.values.acceptedAfter(settled, this.deps.values.held.without(theirs)),
      this.deps.clock.now(),
    );
    if (!this.isForAnotherLife(from, digest, theirs)) this.cancelRequest(from);
    this.doubtRecovered(theirs);
    const delta = state.delta(this.deps.values.held);
    // No other member sends it the values that it, or another process with its id, accepted in another life.
    const isOwn = delta.some(([actor]) => isIncarnationOf(from, actor) && actor !== actorOf(from, digest.incarnation));
    if (isOwn || this.deps.values.oldest(delta) <= settled) this.deps.batcher.repair(from);
    else this.deps.batcher.recomputeIfTarget(from);
    if (digest.verify === true || !gone.isEmpty || (digest.reply && !this.deps.values.known.covers(theirs)))
      this.sendDigest(from, { reply: false }, gone);
  }

  /**
   * Whether another process with this node's id, or an earlier life, requested the digest: it shows values of that life, which
   * this node lacks and has not asked for. Its sender does not know that.
   */
  private isForAnotherLife(from: MemberId, { reply }: Digest, theirs: VersionVector): boolean {
    const isUnasked = this.requestTo(from)?.isAsked === false;
    return isUnasked && !reply && !this.deps.values.known.covers(theirs.ofMember(this.deps.identity.self));
  }

  /** What an earlier life left is taken for known everywhere; if one member lacks it, nobody can be trusted to have it. */
  private doubtRecovered(theirs: VersionVector): void {
    const lacking = [...this.deps.values.recovered.without(theirs)];
    if (lacking.length === 0) return;
    for (const run of lacking) this.deps.values.recovered.remove(run);
    for (const [member, state] of this.deps.peers.entries()) {
      state.retractAssumed(lacking);
      this.deps.batcher.recomputeIfTarget(member);
    }
  }

  /** Asks members, one after the other, what they know, until one answers: this node may have missed a lot before its start. */
  private bootstrapSync(pause = ANTI_ENTROPY.firstPause): void {
    const partner = this.anyPartner();
    if (partner === undefined) return;
    this.sendDigest(partner, { reply: true, verify: true });
    this.cancelGreeting = this.deps.clock.schedule(pause, () =>
      this.bootstrapSync(Math.min(2 * pause, this.pace.longest)),
    );
  }

  private requestTo(member: MemberId): PlannedRequest | undefined {
    return this.deps.peers.of(member).slots.find(REQUEST);
  }

  private scheduleNext(): void {
    const spread = this.pace.shortest === this.pace.longest ? 1 : 0.5 + this.deps.random.next() / 2;
    this.cancel = this.deps.clock.schedule(this.interval * spread, () => {
      const { suspects, isRoot } = this.deps.overlay;
      // What is new goes on looking for a way to the members that do not answer.
      const isAlert = isRoot && suspects.length > 0;
      this.interval = Math.min(this.interval * 2, isAlert ? ANTI_ENTROPY.alertInterval : this.pace.longest);
      if (!isAlert || this.hasNews()) this.tell();
      this.scheduleNext();
    });
  }

  private tell(): void {
    const partner = this.anyPartner();
    if (partner === undefined) return;
    this.sendDigest(partner, { reply: true });
    this.news.toldAt = this.deps.clock.now();
  }

  /** Have values come of late that others may not have heard of, or is it time to look in any case? */
  private hasNews(): boolean {
    const now = this.deps.clock.now();
    if (this.deps.values.size !== this.news.values) {
      this.news.values = this.deps.values.size;
      this.news.cameAt = now;
    }
    return now - this.news.cameAt < ANTI_ENTROPY.newsTime || now - this.news.toldAt > this.pace.longest / 2;
  }

  private anyPartner(): MemberId | undefined {
    return this.partners[Math.floor(this.deps.random.next() * this.partners.length)];
  }

  private askIn(delay: number, member: MemberId, question: DigestRequest): void {
    const cancel = this.deps.clock.schedule(delay, () => this.ask(member, question));
    this.deps.peers.of(member).slots.set(REQUEST, { cancel, isAsked: question.isAsked });
  }

  private ask(member: MemberId, { asked, isReborn }: DigestRequest): void {
    const soon = Math.min(ANTI_ENTROPY.firstPause * 2 ** asked, ANTI_ENTROPY.longestPause);
    const pause = Math.min(soon * 2 ** Math.max(0, asked - ANTI_ENTROPY.patientRequests), this.pace.longest);
    this.askIn(pause, member, { asked: asked + 1, isAsked: true, isReborn });
    this.sendDigest(member, { reply: true, verify: true, ...(isReborn && { reborn: true }) });
    if (asked === ANTI_ENTROPY.doubtfulRequests) this.unanswered.emit(member);
  }

  /** @param gone what the receiver lacks and cannot have from here any more */
  private sendDigest(
    to: MemberId,
    question: Pick<Digest, "reply" | "verify" | "reborn">,
    gone: VersionVector = new VersionVector(),
  ): void {
    const { incarnation } = this.deps.identity;
    const { suspects } = this.deps.overlay;
    const message: Digest = {
      type: "digest",
      incarnation,
      vector: this.deps.values.known.toWire(),
      ...question,
      ...(!gone.isEmpty && { gone: gone.toWire() }),
      ...(suspects.length > 0 && { suspects }),
    };
    this.deps.transport.send(to, message);
  }
}
