import type { DeltaTracker } from "./delta-tracker.js";
import type { Identity } from "./identity.js";
import type { Holdings, Stable } from "./messages.js";
import type { CancelTask, Clock } from "./ports/clock.js";
import type { MemberId, Transport } from "./ports/transport.js";
import type { ValueLog } from "./value-log.js";
import { VersionVector } from "./version-vector.js";

/** No gossip for this long, in ms, and the burst is taken to be over. */
const QUIET_TIME = 1000;
/** How long the root waits for the holdings of those who have not reported yet, in ms. */
const COLLECTION_TIME = 4000;

/**
 * Acknowledgements for all by two messages a member, where nothing is left to ride on: every member tells the root
 * what it has, and the root tells every member what all have. Replaces an acknowledgement for each pair of members.
 */
export class Settlement {
  private owedSince: number | undefined;
  private lastGossip = 0;
  private cancel: CancelTask | undefined;
  private cancelCollection: CancelTask | undefined;
  private readonly holdings = new Map<MemberId, VersionVector>();
  /** What the root has announced: every member has it. */
  private readonly announced = new VersionVector();
  constructor(
    private readonly identity: Identity,
    private readonly transport: Transport,
    private readonly clock: Clock,
    private readonly log: ValueLog,
    private readonly tracker: DeltaTracker,
    /** How long an acknowledgement may wait for gossip to ride on, in ms; at most twice that when there is no quiet moment. */
    private readonly delay: number,
  ) {}

  /** Gossip came that has to be acknowledged in the end. */
  gossipCame(): void {
    this.lastGossip = this.clock.now();
    this.watch();
  }

  receiveHoldings(from: MemberId, message: Holdings): void {
    if (this.identity.self !== this.root) return;
    this.holdings.set(from, VersionVector.fromWire(message.vector));
    if (this.isComplete && this.announce()) return;
    this.cancelCollection ??= this.clock.schedule(COLLECTION_TIME, () => this.announce());
  }

  receiveStable(from: MemberId, message: Stable): void {
    if (from !== this.root) return;
    this.settle(VersionVector.fromWire(message.vector));
  }

  close(): void {
    this.cancel?.();
    this.cancelCollection?.();
  }

  private watch(): void {
    if (this.cancel !== undefined) return;
    this.owedSince = this.oldestOwed();
    if (this.owedSince === undefined) return;
    const now = this.clock.now();
    const due = Math.min(
      Math.max(this.owedSince + this.delay, this.lastGossip + QUIET_TIME),
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
    if (this.identity.self === this.root) return;
    const message: Holdings = {
      type: "holdings",
      incarnation: this.identity.incarnation,
      vector: this.log.known.toWire(),
    };
    this.transport.send(this.root, message);
  }

  private get root(): MemberId {
    return this.identity.members[0] as MemberId;
  }

  private get isComplete(): boolean {
    return this.identity.members.every((member) => member === this.root || this.holdings.has(member));
  }

  /** What every member has is settled for good: tells all members, if there is anything new to tell. */
  private announce(): boolean {
    this.cancelCollection?.();
    this.cancelCollection = undefined;
    const common = this.identity.members
      .filter((member) => member !== this.root)
      .reduce((all, member) => all.meet(this.heldBy(member)), this.log.known);
    if (this.announced.covers(common)) return false;
    this.announced.merge(common);
    // Reports that came too late for one announcement count for the next.
    if (this.isComplete) this.holdings.clear();
    const message: Stable = { type: "stable", incarnation: this.identity.incarnation, vector: common.toWire() };
    for (const member of this.identity.members) if (member !== this.root) this.transport.send(member, message);
    this.settle(common);
    return true;
  }

  /** What a member has reported, and its own values: one that got no gossip owes nothing and reports nothing. */
  private heldBy(member: MemberId): VersionVector {
    const held = this.log.known.ofMember(member);
    const reported = this.holdings.get(member);
    if (reported !== undefined) held.merge(reported);
    return held;
  }

  private settle(common: VersionVector): void {
    for (const [, state] of this.tracker.entries()) state.settle(common);
  }
}
