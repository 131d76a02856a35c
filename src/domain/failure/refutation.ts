import { REFUTATION } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import { Slot } from "../delta/slot.js";
import type { Identity } from "../identity/identity.js";
import { incarnationStale } from "../log/events.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { Log } from "../ports/log.js";
import type { Random } from "../ports/random.js";
import type { MemberId, Transport } from "../ports/transport.js";
import { Signal } from "../signal.js";

/** The incarnation in the last `stale` message to a member, and when it left, in ms. */
const ANSWER = new Slot<{ readonly known: number; readonly at: number } | undefined>(() => undefined);

interface RefutationDeps {
  readonly peers: DeltaTracker;
  readonly identity: Identity;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Handles an incarnation that other members take for an old one and ignore, because another process with the same id
 * was there, or the clock was set back. An ignored node is informed, and continues with a larger incarnation. Two
 * processes with one id overtake each other at growing intervals, so they do not flood the cluster.
 */
export class Refutation {
  /** The latest incarnation of this node that other members know. */
  private known = 0;
  private renewals = 0;
  private renewedAt = Number.NEGATIVE_INFINITY;
  private cancel: CancelTask | undefined;

  /** Emitted when other members ignore this node until it has a new incarnation. Its messages would be useless. */
  readonly paused = new Signal<void>();
  /** Emitted when this node continues with a new incarnation. */
  readonly renewed = new Signal<number>();

  constructor(private readonly deps: RefutationDeps) {}

  /** Whether this node is ignored and waits before it takes a new incarnation. */
  get isWaiting(): boolean {
    return this.cancel !== undefined;
  }

  /** The member used an incarnation that is out of date, as far as this node knows. */
  staleReceived(member: MemberId, known: number): void {
    const now = this.deps.clock.now();
    const { slots } = this.deps.peers.of(member);
    const last = slots.find(ANSWER);
    // The last message may have gone to another process with this id, which owns the known incarnation.
    if (last !== undefined && last.known === known && now - last.at < REFUTATION.answerPause) return;
    slots.set(ANSWER, { known, at: now });
    this.deps.transport.send(member, { type: "stale", incarnation: this.deps.identity.incarnation, known });
  }

  /** A member knows this incarnation of this node. If it is a later one, the member ignores this node. */
  refute(member: MemberId, known: number): void {
    if (known > REFUTATION.largest || known <= Math.max(this.known, this.deps.identity.incarnation)) return;
    this.known = known;
    if (this.isWaiting) return;
    const now = this.deps.clock.now();
    if (now - this.renewedAt > REFUTATION.peaceFactor * this.currentPause + REFUTATION.peaceTime) this.renewals = 0;
    // Before the first one, and after a time of peace, this is in the past.
    const due = this.renewedAt + this.currentPause;
    if (due <= now) this.renew(member);
    else {
      this.cancel = this.deps.clock.schedule(due - now, () => {
        this.cancel = undefined;
        this.renew(member);
      });
      this.paused.emit();
    }
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  /** Pause before the next new incarnation, in ms. */
  private get currentPause(): number {
    return Math.min(REFUTATION.firstPause * 2 ** (this.renewals - 1), REFUTATION.longestPause);
  }

  private renew(member: MemberId): void {
    const { incarnation } = this.deps.identity;
    const later = this.known + 1 + Math.floor(this.deps.random.next() * REFUTATION.leap);
    this.renewals++;
    this.renewedAt = this.deps.clock.now();
    this.deps.log.event(incarnationStale({ member, incarnation, known: this.known, next: later }));
    this.renewed.emit(later);
  }
}
