import { EAGER } from "../../config.js";
import type { DeltaTracker } from "../../delta/delta-tracker.js";
import { Slot } from "../../delta/slot.js";
import type { Identity } from "../../identity.js";
import type { StabilityReport, StableVector } from "../../messages.js";
import type { CancelTask, Clock } from "../../ports/clock.js";
import type { MemberId, Transport } from "../../ports/transport.js";
import { Signal } from "../../signal.js";
import type { Overlay } from "../../tree/overlay.js";
import type { ValueLog } from "../../values/value-log.js";
import { VersionVector } from "../../values/version-vector.js";
import type { Stability } from "./stability.js";

/** What a member has reported. */
interface Report {
  /** What it last said that it has; `undefined` before its first report, and after a restart. */
  holdings: VersionVector | undefined;
  /** Has it reported since the last announcement? */
  isNew: boolean;
  /** Did the root have to request its digest, which has not come yet? */
  isAwaited: boolean;
}

const REPORT = new Slot<Report>(() => ({ holdings: undefined, isNew: false, isAwaited: false }));

interface StabilityDetectorDeps {
  readonly identity: Identity;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly overlay: Pick<Overlay, "root">;
}

/**
 * Acknowledgements for all by two messages a member, where nothing is left to ride on: every member tells the root
 * what it has, and the root tells every member what all have. Replaces an acknowledgement for each pair of members.
 */
export class StabilityDetector implements Stability {
  private owedSince: number | undefined;
  private lastGossip = 0;
  private cancel: CancelTask | undefined;
  private cancelCollection: CancelTask | undefined;
  private cancelPatience: CancelTask | undefined;
  /** What the root has announced: every member has it. */
  private readonly announced = new VersionVector();
  /** Has the root requested digests that have not come yet? */
  private awaitsDigests = false;

  /** The digest of this member is needed: it may lack what others have. */
  readonly memberBehind = new Signal<MemberId>();
  /** This member is the root, and has not answered a report. */
  readonly rootSilent = new Signal<MemberId>();

  /** @param delay how long an acknowledgement may wait for gossip to ride on, in ms; at most twice that when there is no quiet moment */
  constructor(
    private readonly deps: StabilityDetectorDeps,
    private readonly delay: number,
  ) {}

  /** Gossip came that has to be acknowledged in the end. */
  gossipReceived(): void {
    this.lastGossip = this.deps.clock.now();
    this.watch();
  }

  /** What is owed from before is settled like anything else. */
  resume(): void {
    this.watch();
  }

  reportReceived(from: MemberId, message: StabilityReport): void {
    // Whoever is reported to is the root of somebody who cannot reach those before.
    const report = this.reportOf(from);
    report.holdings = VersionVector.fromWire(message.vector);
    report.isNew = true;
    if (this.deps.identity.others.every((member) => this.reportOf(member).isNew)) this.conclude();
    else this.collect();
  }

  /** A member's digest came: it has said what it has, as a report would. */
  digestReceived(from: MemberId): void {
    const report = this.reportOf(from);
    if (!report.isAwaited) return;
    report.isAwaited = false;
    this.announceIfComplete();
  }

  private announceIfComplete(): void {
    if (!this.awaitsDigests || this.deps.identity.others.some((member) => this.reportOf(member).isAwaited)) return;
    this.awaitsDigests = false;
    this.announce();
    // What it lacks is on its way to it now.
    this.collect();
  }

  /** The member speaks in a new life, and has nothing of what it reported before. */
  peerRestarted(member: MemberId): void {
    const report = this.reportOf(member);
    report.holdings = undefined;
    report.isNew = false;
  }

  /** The member has left: nobody waits for its report any more. */
  memberLeft(): void {
    this.announceIfComplete();
  }

  stableReceived(from: MemberId, message: StableVector): void {
    if (from !== this.deps.overlay.root) return;
    this.cancelPatience?.();
    const common = VersionVector.fromWire(message.vector);
    this.settle(common);
    // Meant for an earlier life of this node, which had all of it.
    if (!this.deps.values.known.covers(common)) this.memberBehind.emit(from);
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
    const now = this.deps.clock.now();
    const due = Math.min(
      Math.max(this.owedSince + this.delay, this.lastGossip + EAGER.quietTime),
      this.owedSince + 2 * this.delay,
    );
    if (due <= now) {
      this.report();
      return;
    }
    this.cancel = this.deps.clock.schedule(due - now, () => {
      this.cancel = undefined;
      this.watch();
    });
  }

  private oldestOwed(): number | undefined {
    let oldest: number | undefined;
    for (const [, peer] of this.deps.peers.entries()) {
      const { owedSince } = peer.incoming;
      if (owedSince !== undefined && (oldest === undefined || owedSince < oldest)) oldest = owedSince;
    }
    return oldest;
  }

  private report(): void {
    for (const [, state] of this.deps.peers.entries()) state.incoming.owedSince = undefined;
    if (this.deps.identity.self === this.deps.overlay.root) {
      // Others have had as long to report: who has not may have nothing to report because nothing came.
      this.collect();
      return;
    }
    const message: StabilityReport = {
      type: "holdings",
      incarnation: this.deps.identity.incarnation,
      vector: this.deps.values.known.toWire(),
    };
    this.deps.transport.send(this.deps.overlay.root, message);
    this.awaitRoot(this.deps.overlay.root);
  }

  /** The root has been reported to: sees to it that it was not for nothing. */
  private awaitRoot(root: MemberId): void {
    this.cancelPatience?.();
    this.cancelPatience = this.deps.clock.schedule(EAGER.rootPatience, () => {
      this.rootSilent.emit(root);
      this.cancelPatience = this.deps.clock.schedule(EAGER.detectionTime, () => {
        if (this.deps.overlay.root !== root) this.report();
      });
    });
  }

  private reportOf(member: MemberId): Report {
    return this.deps.peers.of(member).slots.of(REPORT);
  }

  private collect(): void {
    this.cancelCollection ??= this.deps.clock.schedule(EAGER.collectionTime, () => this.conclude());
  }

  /** Announces what all have, and asks those for a digest who may not have the rest. */
  private conclude(): void {
    this.cancelCollection?.();
    this.cancelCollection = undefined;
    for (const [, report] of this.deps.peers.with(REPORT)) report.isNew = report.isAwaited = false;
    this.announce();
    for (const member of this.membersBehind()) {
      this.awaitsDigests = true;
      this.reportOf(member).isAwaited = true;
      this.memberBehind.emit(member);
    }
  }

  /**
   * Who did not report what others have may owe nothing because nothing arrived; and what others report and is not here
   * was lost on its way here.
   */
  private membersBehind(): MemberId[] {
    const settled = new VersionVector();
    for (const run of this.deps.values.held.without(this.announced))
      if (this.deps.values.oldest([run]) <= this.deps.clock.now() - this.delay) settled.add(run);
    return this.deps.identity.others.filter((member) => {
      const held = this.heldBy(member);
      return !this.deps.peers.isSuspect(member) && !(held.covers(settled) && this.deps.values.known.covers(held));
    });
  }

  /** What every member has is settled for good: tells all members, if there is anything new to tell. */
  private announce(): void {
    const common = this.deps.identity.others.reduce(
      (all, member) => all.meet(this.heldBy(member)),
      this.deps.values.known,
    );
    if (this.announced.covers(common)) return;
    this.announced.merge(common);
    const message: StableVector = {
      type: "stable",
      incarnation: this.deps.identity.incarnation,
      vector: common.toWire(),
    };
    for (const member of this.deps.identity.others) this.deps.transport.send(member, message);
    this.settle(common);
  }

  /** What a member is known to have, what it has reported, and its own values: one that got no gossip reports nothing. */
  private heldBy(member: MemberId): VersionVector {
    const held = this.deps.values.known.ofMember(member);
    held.merge(this.deps.peers.of(member).knowledge.seen);
    const { holdings } = this.reportOf(member);
    if (holdings !== undefined) held.merge(holdings);
    return held;
  }

  private settle(common: VersionVector): void {
    for (const [, state] of this.deps.peers.entries()) state.confirmStable(common);
  }
}
