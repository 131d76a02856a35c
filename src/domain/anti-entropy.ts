import type { Batcher } from "./batcher.js";
import type { DeltaTracker } from "./delta-tracker.js";
import type { Identity } from "./identity.js";
import type { Digest } from "./messages.js";
import type { CancelTask, Clock } from "./ports/clock.js";
import type { Random } from "./ports/random.js";
import type { MemberId, Transport } from "./ports/transport.js";
import type { ValueLog } from "./value-log.js";
import { VersionVector } from "./version-vector.js";

/** How often anti-entropy runs. All in ms. */
export interface AntiEntropyPace {
  /** The interval at the first sign of trouble. */
  readonly shortest: number;
  /** The interval while nothing is wrong. Equal to `shortest`: a fixed interval, as the proposal has it. */
  readonly longest: number;
  /** Values younger than this are on their way and no reason to answer a digest. */
  readonly settleTime: number;
}

/** A member whose digest was asked for is asked again after this time, in ms, doubling up to the longest. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 2000;
/** The longest interval while there are members that do not answer, in ms. */
const ALERT_INTERVAL = 2000;

/**
 * The safety net: now and then a random partner is told everything that this node knows, as a digest, and the two
 * reconcile. It needs no common view of the tree. The interval follows Trickle (RFC 6206): it falls to the shortest at
 * a sign of trouble and doubles from there to the longest.
 */
export class AntiEntropy {
  private interval: number;
  private cancel: CancelTask | undefined;
  /** Members whose own word on what they have is waited for, and when it is asked for again. */
  private readonly unverified = new Map<MemberId, CancelTask>();

  constructor(
    private readonly identity: Identity,
    private readonly transport: Transport,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly log: ValueLog,
    private readonly tracker: DeltaTracker,
    private readonly batcher: Batcher,
    private partners: readonly MemberId[],
    private readonly pace: AntiEntropyPace,
    /** Is this member at the head of a part of the cluster that others do not answer? Then it goes on looking for a way to them. */
    private readonly isAlert: () => boolean = () => false,
  ) {
    this.interval = pace.longest;
  }

  start(): void {
    if (this.partners.length > 0) this.scheduleNext();
  }

  /** There are other partners from now on: while members come and go some see them that others do not, so look soon, and often. */
  regroup(partners: readonly MemberId[]): void {
    this.partners = partners;
    if (this.cancel === undefined) this.start();
    this.trouble();
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
    for (const member of [...this.unverified.keys()]) this.forget(member);
  }

  /** Something is wrong (a loss, a gap, a member that is silent): look soon, and often. */
  trouble(): void {
    if (this.interval === this.pace.shortest || this.cancel === undefined) return;
    this.interval = this.pace.shortest;
    this.cancel();
    this.scheduleNext();
  }

  /** Reconciles with one member, and asks until it answers: it has just become a neighbour, or has come back. */
  verify(member: MemberId): void {
    this.forget(member);
    this.ask(member, FIRST_PAUSE);
  }

  /** What the member has does not matter any more. */
  forget(member: MemberId): void {
    this.unverified.get(member)?.();
    this.unverified.delete(member);
  }

  /** A digest came: send what its sender lacks, and ask for what it has beyond this node's knowledge. */
  receive(from: MemberId, digest: Digest): void {
    const theirs = VersionVector.fromWire(digest.vector);
    const state = this.tracker.of(from);
    const settled = this.clock.now() - this.pace.settleTime;
    // What left that long ago and is not in the digest will not arrive.
    state.expire(settled);
    state.reconcile(theirs);
    this.forget(from);
    if (this.log.oldest(state.delta(this.log.known)) <= settled) this.batcher.repair(from);
    if (digest.verify === true || (digest.reply && !this.log.known.covers(theirs)))
      this.sendDigest(from, { reply: false });
  }

  private scheduleNext(): void {
    const spread = this.pace.shortest === this.pace.longest ? 1 : 0.5 + this.random.next() / 2;
    this.cancel = this.clock.schedule(this.interval * spread, () => {
      this.interval = Math.min(this.interval * 2, this.isAlert() ? ALERT_INTERVAL : this.pace.longest);
      const partner = this.partners[Math.floor(this.random.next() * this.partners.length)];
      if (partner !== undefined) this.sendDigest(partner, { reply: true });
      this.scheduleNext();
    });
  }

  private ask(member: MemberId, pause: number): void {
    this.sendDigest(member, { reply: true, verify: true });
    this.unverified.set(
      member,
      this.clock.schedule(pause, () => this.ask(member, Math.min(2 * pause, LONGEST_PAUSE))),
    );
  }

  private sendDigest(to: MemberId, question: Pick<Digest, "reply" | "verify">): void {
    const { incarnation } = this.identity;
    const message: Digest = { type: "digest", incarnation, vector: this.log.known.toWire(), ...question };
    this.transport.send(to, message);
  }
}
