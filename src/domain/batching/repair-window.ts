import { REPAIR } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import { Slot } from "../delta/slot.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberId, Transport } from "../ports/transport.js";
import type { DotRange } from "../values/dot.js";
import { jsonSize } from "../values/json-value.js";
import type { ValueLog } from "../values/value-log.js";
import { VersionVector } from "../values/version-vector.js";
import { roomForValues } from "./envelope.js";
import { type RangeContents, rangeSizeBound } from "./range-contents.js";

/** Old values for one member that wait until it has acknowledged those before them. */
interface Repair {
  waiting: VersionVector;
  /** Number of the last message of the latest part. */
  lastSent: number;
  /** When that part left, by this node's clock, in ms. */
  sentAt: number;
  /** The most bytes that leave at a time. */
  window: number;
  cancel: CancelTask;
}

const REPAIRS = new Slot<Repair>(
  () => ({ waiting: new VersionVector(), lastSent: 0, sentAt: 0, window: 0, cancel: () => {} }),
  ({ cancel }) => cancel(),
);

/** The values that leave for a member now. */
export interface Admission {
  readonly ranges: readonly DotRange[];
  /** Whether other values wait until these have been acknowledged. */
  readonly isPart: boolean;
}

interface RepairWindowDeps {
  readonly clock: Clock;
  readonly transport: Pick<Transport, "maxMessageBytes">;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly contents: RangeContents;
}

/**
 * If a member has missed many values, sends them in parts. It may return after days, and all values at once would take memory
 * here, delay new values behind them, and make a slow member look like a failed one.
 *
 * The next part leaves once the member has acknowledged the latest one. The window doubles if that takes little time, and
 * halves if it takes long or the part is lost (slow start and back-off, as in RFC 9002, section 7). New values do not wait.
 */
export class RepairWindow {
  private readonly firstWindow: number;
  private isStopped = false;

  /** @param send sends a part to the member */
  constructor(
    private readonly deps: RepairWindowDeps,
    private readonly send: (member: MemberId, part: readonly DotRange[]) => void,
  ) {
    this.firstWindow = this.bounded(REPAIR.firstWindow);
  }

  /** The ranges without the values that wait. */
  withoutWaiting(member: MemberId, ranges: readonly DotRange[]): readonly DotRange[] {
    const repair = this.repairOf(member);
    return repair === undefined ? ranges : [...VersionVector.of(ranges).without(repair.waiting)];
  }

  /**
   * Decides which of these values leave for the member now. The caller sends them, and calls `partLeft` if they are a part.
   * @param ranges the values of each one have about the same age
   */
  admit(member: MemberId, ranges: readonly DotRange[]): Admission {
    const repair = this.repairOf(member);
    const { contents, clock, peers } = this.deps;
    if (this.isStopped || (repair === undefined && contents.bytesOf(ranges) <= this.firstWindow))
      return { ranges, isPart: false };
    const peer = peers.of(member);
    // Rounded, so that the members of a wave have the same one.
    const oldestNew = Math.floor((clock.now() - REPAIR.newTime) / REPAIR.checkInterval) * REPAIR.checkInterval;
    // Nothing that leaves for a suspect is acknowledged.
    if (peer.isSuspect || contents.bytesBefore(ranges, oldestNew) <= (repair === undefined ? this.firstWindow : 0))
      return { ranges, isPart: false };
    const isBusy = repair !== undefined && peer.outgoing.isInFlight(repair.lastSent);
    // Old values that do not wait have left before, and were lost.
    if (repair !== undefined && !isBusy) this.shrink(repair);
    const isNew = (range: DotRange) => contents.of(range).oldest > oldestNew;
    const { now, later } = this.divide(ranges, isBusy ? 0 : (repair?.window ?? this.firstWindow), isNew);
    if (repair === undefined && later.length === 0) return { ranges, isPart: false };
    const { waiting } = repair ?? this.begin(member);
    for (const range of now) waiting.remove(range);
    for (const range of later) waiting.add(range);
    return { ranges: now, isPart: !isBusy };
  }

  /** A part has left for the member, up to the latest message. */
  partLeft(member: MemberId): void {
    const repair = this.repairOf(member);
    if (repair === undefined) return;
    repair.lastSent = this.deps.peers.of(member).outgoing.lastNumber;
    repair.sentAt = this.deps.clock.now();
  }

  /** Sends all that waits at once, before the node stops. From now on nothing waits. */
  stop(): void {
    this.isStopped = true;
    for (const [member, { waiting }] of [...this.deps.peers.with(REPAIRS)]) {
      const peer = this.deps.peers.of(member);
      peer.slots.clear(REPAIRS);
      this.send(member, [...VersionVector.of(peer.delta(this.deps.values.held)).meet(waiting).ranges()]);
    }
  }

  private begin(member: MemberId): Repair {
    const repair = this.deps.peers.of(member).slots.of(REPAIRS);
    repair.window = this.firstWindow;
    this.continueLater(member, repair);
    return repair;
  }

  private continueLater(member: MemberId, repair: Repair): void {
    repair.cancel = this.deps.clock.schedule(REPAIR.checkInterval, () => this.continue(member, repair));
  }

  private continue(member: MemberId, repair: Repair): void {
    const peer = this.deps.peers.of(member);
    if (peer.outgoing.isInFlight(repair.lastSent)) {
      this.continueLater(member, repair);
      return;
    }
    this.adapt(repair, peer.outgoing.isLost(repair.lastSent));
    // Lost values leave again with the next part.
    for (const range of peer.outgoing.lost()) repair.waiting.add(range);
    const lacking = VersionVector.of(peer.delta(this.deps.values.held)).meet(repair.waiting);
    // The digest of a suspect that returns shows what it lacks.
    if (peer.isSuspect || lacking.isEmpty) {
      peer.slots.clear(REPAIRS);
      return;
    }
    const { now, later } = this.divide(lacking.ranges(), repair.window, () => false);
    repair.waiting = VersionVector.of(later);
    this.continueLater(member, repair);
    this.send(member, now);
  }

  private adapt(repair: Repair, isLost: boolean): void {
    const elapsed = this.deps.clock.now() - repair.sentAt;
    if (isLost || elapsed > REPAIR.late) this.shrink(repair);
    else if (elapsed <= REPAIR.quick) repair.window = this.bounded(repair.window * 2);
  }

  private shrink(repair: Repair): void {
    repair.window = Math.max(repair.window / 2, REPAIR.smallestWindow);
  }

  /** At most so many messages of the transport, which may be filled by half. */
  private bounded(window: number): number {
    return Math.min(window, REPAIR.largestWindow, (REPAIR.mostMessages * roomForValues(this.deps.transport)) / 2);
  }

  /**
   * Divides the ranges into those that leave now and those that wait: all that exceeds `room`, in bytes of JSON, and is not
   * new. If there is any room, at least one value leaves: what its range takes is less than the smallest window.
   */
  private divide(
    ranges: Iterable<DotRange>,
    room: number,
    isNew: (range: DotRange) => boolean,
  ): { readonly now: DotRange[]; readonly later: DotRange[] } {
    const now: DotRange[] = [];
    const later: DotRange[] = [];
    let left = room;
    for (const range of ranges) {
      const [actor, first, count] = range;
      let fitting = isNew(range) ? count : 0;
      if (fitting === 0) left -= rangeSizeBound(range);
      for (; fitting < count && left > 0; fitting++)
        for (const value of this.deps.values.valuesOf([actor, first + fitting, 1])) left -= jsonSize(value);
      if (fitting > 0) now.push([actor, first, fitting]);
      if (fitting < count) later.push([actor, first + fitting, count - fitting]);
    }
    return { now, later };
  }

  private repairOf(member: MemberId): Repair | undefined {
    return this.deps.peers.state(member, REPAIRS);
  }
}
