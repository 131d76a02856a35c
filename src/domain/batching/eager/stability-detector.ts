import { EAGER } from "../../config.js";
import type { DeltaTracker } from "../../delta/delta-tracker.js";
import { Slot } from "../../delta/slot.js";
import type { Identity } from "../../identity/identity.js";
import type { StabilityReport, StableVector } from "../../messages.js";
import type { CancelTask, Clock } from "../../ports/clock.js";
import type { MemberId, Transport } from "../../ports/transport.js";
import { Signal } from "../../signal.js";
import type { Overlay } from "../../tree/overlay.js";
import type { ValueLog } from "../../values/value-log.js";
import { vectorChunks } from "../../values/vector-chunks.js";
import { VersionVector, type WireVector } from "../../values/version-vector.js";
import { roomForKnowledge } from "../envelope.js";
import { reportDelay, type Stability } from "./stability.js";

/** The report of one member. */
interface Report {
  /** Messages of the report that have come since the last announcement. */
  parts: number;
  /** Whether the member has reported everything since the last announcement. */
  isNew: boolean;
  /** Whether the root has requested the member's digest, which has not come yet. */
  isAwaited: boolean;
}

const REPORT = new Slot<Report>(() => ({ parts: 0, isNew: false, isAwaited: false }));

interface StabilityDetectorDeps {
  readonly identity: Identity;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly overlay: Pick<Overlay, "root">;
}

/**
 * Replaces acknowledgements per pair of members by two messages per member, when there is no gossip to ride on: every
 * member reports to the root which values it has, and the root announces to every member which values all members have.
 */
export class StabilityDetector implements Stability {
  private owedSince: number | undefined;
  private lastGossip = 0;
  private cancel: CancelTask | undefined;
  private cancelCollection: CancelTask | undefined;
  private cancelPatience: CancelTask | undefined;
  /** The values that the root has announced; every member has them. */
  private readonly announced = new VersionVector();
  /** The values that roots have announced to this node. */
  private readonly stable = new VersionVector();
  /** Whether the root has requested digests that have not come yet. */
  private awaitsDigests = false;

  readonly memberBehind = new Signal<MemberId>();
  readonly rootSilent = new Signal<MemberId>();

  private readonly delay: number;

  /** @param settings see `reportDelay` */
  constructor(
    private readonly deps: StabilityDetectorDeps,
    settings: { readonly acknowledgementDelay: number },
  ) {
    this.delay = reportDelay(settings);
  }

  gossipReceived(): void {
    this.lastGossip = this.deps.clock.now();
    this.watch();
  }

  resume(): void {
    this.watch();
  }

  reportReceived(from: MemberId, message: StabilityReport): void {
    // A member that reports here sees this node as the root, because it cannot reach the roots before it.
    const report = this.reportOf(from);
    const { of = 1 } = message;
    this.deps.peers.of(from).knowledge.report(VersionVector.fromWire(message.vector), of > 1);
    // If a part is lost, the report counts as missing, and the member's digest replaces it.
    report.isNew ||= ++report.parts >= of;
    if (this.deps.identity.others.every((member) => this.lastReport(member)?.isNew === true)) this.conclude();
    else this.collect();
  }

  digestReceived(from: MemberId): void {
    const report = this.lastReport(from);
    if (report?.isAwaited !== true) return;
    report.isAwaited = false;
    this.announceIfComplete();
  }

  private announceIfComplete(): void {
    if (!this.awaitsDigests || this.deps.identity.others.some((member) => this.lastReport(member)?.isAwaited)) return;
    this.awaitsDigests = false;
    this.announce();
    // The values that these members lacked are in flight to them now.
    this.collect();
  }

  peerRestarted(member: MemberId): void {
    this.deps.peers.of(member).knowledge.dropReport();
    const report = this.lastReport(member);
    if (report !== undefined) [report.parts, report.isNew] = [0, false];
  }

  memberLeft(): void {
    this.announceIfComplete();
  }

  stableReceived(from: MemberId, message: StableVector): void {
    const common = VersionVector.fromWire(message.vector);
    // The vector includes values that an earlier incarnation of this node had. The sender tells the truth about that even
    // if it is the root in its own view alone.
    if (!this.deps.values.known.covers(common)) this.memberBehind.emit(from);
    if (from !== this.deps.overlay.root) return;
    this.cancelPatience?.();
    this.stable.merge(common);
    this.settle(this.stable);
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
    for (const [, peer] of this.deps.peers.active()) {
      const { owedSince } = peer.owed;
      if (owedSince !== undefined && (oldest === undefined || owedSince < oldest)) oldest = owedSince;
    }
    return oldest;
  }

  private report(): void {
    for (const [, peer] of this.deps.peers.active()) peer.nothingOwed();
    if (this.deps.identity.self === this.deps.overlay.root) {
      // Other members have had the same time to report. A missing report can mean that no gossip arrived there.
      this.collect();
      return;
    }
    const { incarnation } = this.deps.identity;
    const parts = this.divided(this.deps.values.known);
    for (const vector of parts) {
      const of = parts.length > 1 ? { of: parts.length } : {};
      const message: StabilityReport = { type: "holdings", incarnation, vector, ...of };
      this.deps.transport.send(this.deps.overlay.root, message);
    }
    this.awaitRoot(this.deps.overlay.root);
  }

  /** Waits for the root's answer to a report. If there is none, the report goes to the next root. */
  private awaitRoot(root: MemberId): void {
    this.cancelPatience?.();
    this.cancelPatience = this.deps.clock.schedule(EAGER.rootPatience, () => {
      this.rootSilent.emit(root);
      this.cancelPatience = this.deps.clock.schedule(EAGER.detectionTime, () => {
        if (this.deps.overlay.root !== root) this.report();
      });
    });
  }

  private lastReport(member: MemberId): Report | undefined {
    return this.deps.peers.state(member, REPORT);
  }

  private reportOf(member: MemberId): Report {
    return this.deps.peers.of(member).slots.of(REPORT);
  }

  private collect(): void {
    this.cancelCollection ??= this.deps.clock.schedule(EAGER.collectionTime, () => this.conclude());
  }

  /** Announces the values that all members have, and requests the digests of members that may lack some of the rest. */
  private conclude(): void {
    this.cancelCollection?.();
    this.cancelCollection = undefined;
    for (const [, { slots }] of this.deps.peers.active()) slots.clear(REPORT);
    this.announce();
    for (const member of this.membersBehind()) {
      this.awaitsDigests = true;
      this.reportOf(member).isAwaited = true;
      this.memberBehind.emit(member);
    }
  }

  /**
   * The members whose digest is needed. A member that did not report may have received nothing. A member that reports
   * values which this node lacks shows that they were lost on their way here.
   */
  private membersBehind(): MemberId[] {
    const settled = new VersionVector();
    for (const range of this.deps.values.held.without(this.announced))
      if (this.deps.values.oldest([range]) <= this.deps.clock.now() - this.delay) settled.add(range);
    return this.deps.identity.others.filter(
      (member) =>
        !this.deps.peers.isSuspect(member) &&
        (this.deps.peers.peek(member).knowledge.exceedsOwn || !this.lackedBy(member, settled).isEmpty),
    );
  }

  /** Announces the values that every member has, unless nothing has changed. */
  private announce(): void {
    const common = this.deps.values.known.copy();
    for (const member of this.deps.identity.others) common.subtract(this.lackedBy(member, common));
    if (this.announced.covers(common)) return;
    this.announced.merge(common);
    const { incarnation } = this.deps.identity;
    const messages = this.divided(common).map((vector): StableVector => ({ type: "stable", incarnation, vector }));
    for (const member of this.deps.identity.others)
      for (const message of messages) this.deps.transport.send(member, message);
    this.settle(common);
  }

  /**
   * The dots of `dots` that a member may lack. It has its own values, those that it reported, and those that it
   * acknowledged. A member that received no gossip reports nothing.
   */
  private lackedBy(member: MemberId, dots: VersionVector): VersionVector {
    const lacked = this.deps.peers.peek(member).knowledge.unreported(dots);
    lacked.subtract(dots.ofMember(member));
    return lacked;
  }

  /** Divides a vector into messages. An empty one is a message as well. */
  private divided(vector: VersionVector): readonly WireVector[] {
    const parts = [...vectorChunks(vector.ranges(), roomForKnowledge(this.deps.transport))];
    return parts.length > 0 ? parts : [[]];
  }

  private settle(common: VersionVector): void {
    for (const [, peer] of this.deps.peers.active()) peer.confirmStable(common);
  }
}
