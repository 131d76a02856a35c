import { EAGER } from "../../config.js";
import type { DeltaTracker } from "../../delta/delta-tracker.js";
import type { Identity } from "../../identity.js";
import type { StabilityReport, StableVector } from "../../messages.js";
import type { CancelTask, Clock } from "../../ports/clock.js";
import type { MemberId, Transport } from "../../ports/transport.js";
import type { ValueLog } from "../../values/value-log.js";
import { VersionVector } from "../../values/version-vector.js";

/**
 * Acknowledgements for all by two messages a member, where nothing is left to ride on: every member tells the root
 * what it has, and the root tells every member what all have. Replaces an acknowledgement for each pair of members.
 */
export class StabilityDetector {
  private owedSince: number | undefined;
  private lastGossip = 0;
  private cancel: CancelTask | undefined;
  private cancelCollection: CancelTask | undefined;
  private cancelPatience: CancelTask | undefined;
  /** What each member last reported. */
  private readonly holdings = new Map<MemberId, VersionVector>();
  /** Who has reported since the last announcement. */
  private readonly reported = new Set<MemberId>();
  /** What the root has announced: every member has it. */
  private readonly announced = new VersionVector();
  /** Members that the root had to ask, and that have not answered yet. */
  private readonly stragglers = new Set<MemberId>();

  constructor(
    private readonly identity: Identity,
    private readonly transport: Transport,
    private readonly clock: Clock,
    private readonly log: ValueLog,
    private readonly tracker: DeltaTracker,
    /** Asks a member for its digest, until it answers. */
    private readonly verify: (member: MemberId) => void,
    /** Finds out whether a member still answers. */
    private readonly doubt: (member: MemberId) => void,
    /** How long an acknowledgement may wait for gossip to ride on, in ms; at most twice that when there is no quiet moment. */
    private readonly delay: number,
  ) {}

  /** Gossip came that has to be acknowledged in the end. */
  gossipReceived(): void {
    this.lastGossip = this.clock.now();
    this.watch();
  }

  /** What is owed from before is settled like anything else. */
  resume(): void {
    this.watch();
  }

  reportReceived(from: MemberId, message: StabilityReport): void {
    // Whoever is reported to is the root of somebody who cannot reach those before.
    this.holdings.set(from, VersionVector.fromWire(message.vector));
    this.reported.add(from);
    if (this.others.every((member) => this.reported.has(member))) this.conclude();
    else this.collect();
  }

  /** A member's digest came: it has said what it has, as a report would. */
  digestReceived(from: MemberId): void {
    if (!this.stragglers.delete(from) || this.stragglers.size > 0) return;
    this.announce();
    // What it lacks is on its way to it now.
    this.collect();
  }

  /** The member speaks in a new life, and has nothing of what it reported before. */
  peerRestarted(member: MemberId): void {
    this.holdings.delete(member);
    this.reported.delete(member);
  }

  /** The member has left: nobody waits for its report any more. */
  memberLeft(member: MemberId): void {
    this.peerRestarted(member);
    this.digestReceived(member);
  }

  stableReceived(from: MemberId, message: StableVector): void {
    if (from !== this.root) return;
    this.cancelPatience?.();
    const common = VersionVector.fromWire(message.vector);
    this.settle(common);
    // Meant for an earlier life of this node, which had all of it.
    if (!this.log.known.covers(common)) this.verify(from);
  }

  close(): void {
    this.cancel?.();
    this.cancelCollection?.();
    this.cancelPatience?.();
  }

  private watch(): void {
    if (this.cancel !== undefined) return;
    this.owedSince = this.oldestOwed();
    if (this.owedSince === undefined) return;
    const now = this.clock.now();
    const due = Math.min(
      Math.max(this.owedSince + this.delay, this.lastGossip + EAGER.quietTime),
      this.owedSince + 2 * this.delay,
    );
    if (due <= now) {
      this.report();
      return;
    }
    this.cancel = this.clock.schedule(due - now, () => {
      this.cancel = undefined;
      this.watch();
    });
  }

  private oldestOwed(): number | undefined {
    let oldest: number | undefined;
    for (const [, { owedSince }] of this.tracker.entries())
      if (owedSince !== undefined && (oldest === undefined || owedSince < oldest)) oldest = owedSince;
    return oldest;
  }

  private report(): void {
    for (const [, state] of this.tracker.entries()) state.owedSince = undefined;
    if (this.identity.self === this.root) {
      // Others have had as long to report: who has not may have nothing to report because nothing came.
      this.collect();
      return;
    }
    const message: StabilityReport = {
      type: "holdings",
      incarnation: this.identity.incarnation,
      vector: this.log.known.toWire(),
    };
    this.transport.send(this.root, message);
    this.awaitRoot(this.root);
  }

  /** The root has been reported to: sees to it that it was not for nothing. */
  private awaitRoot(root: MemberId): void {
    this.cancelPatience?.();
    this.cancelPatience = this.clock.schedule(EAGER.rootPatience, () => {
      this.doubt(root);
      this.cancelPatience = this.clock.schedule(EAGER.detectionTime, () => {
        if (this.root !== root) this.report();
      });
    });
  }

  /** The first member that answers, as far as this one knows. */
  private get root(): MemberId {
    const { members, self } = this.identity;
    return members.find((member) => member === self || !this.tracker.of(member).isSilent) ?? self;
  }

  /** Every member but this one. */
  private get others(): readonly MemberId[] {
    return this.identity.members.filter((member) => member !== this.identity.self);
  }

  private collect(): void {
    this.cancelCollection ??= this.clock.schedule(EAGER.collectionTime, () => this.conclude());
  }

  /** Announces what all have, and asks those for a digest who may not have the rest. */
  private conclude(): void {
    this.cancelCollection?.();
    this.cancelCollection = undefined;
    this.reported.clear();
    this.stragglers.clear();
    this.announce();
    for (const member of this.membersBehind()) {
      this.stragglers.add(member);
      this.verify(member);
    }
  }

  /**
   * Who did not report what others have may owe nothing because nothing arrived; and what others report and is not here
   * was lost on its way here.
   */
  private membersBehind(): MemberId[] {
    const settled = new VersionVector();
    for (const run of this.log.held.without(this.announced))
      if (this.log.oldest([run]) <= this.clock.now() - this.delay) settled.add(run);
    return this.others.filter((member) => {
      const held = this.heldBy(member);
      return !this.tracker.of(member).isSilent && !(held.covers(settled) && this.log.known.covers(held));
    });
  }

  /** What every member has is settled for good: tells all members, if there is anything new to tell. */
  private announce(): void {
    const common = this.others.reduce((all, member) => all.meet(this.heldBy(member)), this.log.known);
    if (this.announced.covers(common)) return;
    this.announced.merge(common);
    const message: StableVector = { type: "stable", incarnation: this.identity.incarnation, vector: common.toWire() };
    for (const member of this.others) this.transport.send(member, message);
    this.settle(common);
  }

  /** What a member is known to have, what it has reported, and its own values: one that got no gossip reports nothing. */
  private heldBy(member: MemberId): VersionVector {
    const held = this.log.known.ofMember(member);
    held.merge(this.tracker.of(member).seen);
    const reported = this.holdings.get(member);
    if (reported !== undefined) held.merge(reported);
    return held;
  }

  private settle(common: VersionVector): void {
    for (const [, state] of this.tracker.entries()) state.confirmStable(common);
  }
}
