import { REFUTATION } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import { Slot } from "../delta/slot.js";
import type { Identity } from "../identity.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { Log } from "../ports/log.js";
import type { Random } from "../ports/random.js";
import type { MemberId, Transport } from "../ports/transport.js";
import { Signal } from "../signal.js";

/** The later incarnation that a member was last told of, and when, in ms. */
const ANSWER = new Slot<{ readonly known: number; readonly at: number }>(() => ({
  known: 0,
  at: Number.NEGATIVE_INFINITY,
}));

interface RefutationDeps {
  readonly peers: DeltaTracker;
  readonly identity: Identity;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Lives that others take for earlier ones, and ignore: because a second process with the same id was there, or the clock was
 * set back. A member that is ignored is told, and goes on with a larger incarnation. Two processes that both stay alive
 * overtake one another less and less often, so they do not flood the others.
 */
export class Refutation {
  /** The latest incarnation of this member that others know. */
  private known = 0;
  private renewals = 0;
  private renewedAt = Number.NEGATIVE_INFINITY;
  private cancel: CancelTask | undefined;

  /** Others ignore this node until it has a new incarnation: nothing that it sends is of use until then. */
  readonly paused = new Signal<void>();
  /** This node continues with a new incarnation. */
  readonly renewed = new Signal<number>();

  constructor(private readonly deps: RefutationDeps) {}

  /** Is this node ignored, and waits until it goes on in a later life? */
  get isWaiting(): boolean {
    return this.cancel !== undefined;
  }

  /** The member spoke in a life that is over, as far as this node knows. */
  staleReceived(member: MemberId, known: number): void {
    const now = this.deps.clock.now();
    const { slots } = this.deps.peers.of(member);
    const last = slots.find(ANSWER);
    // The last answer may have gone to another process with this id, which has begun the life that is known now.
    if (last !== undefined && last.known === known && now - last.at < REFUTATION.answerPause) return;
    slots.set(ANSWER, { known, at: now });
    this.deps.transport.send(member, { type: "stale", incarnation: this.deps.identity.incarnation, known });
  }

  /** A member knows this incarnation of this node; if it is a later one, the member ignores this node. */
  refute(member: MemberId, known: number): void {
    if (known <= Math.max(this.known, this.deps.identity.incarnation)) return;
    this.known = known;
    if (this.isWaiting) return;
    const now = this.deps.clock.now();
    if (now - this.renewedAt > REFUTATION.peaceFactor * this.currentPause + REFUTATION.peaceTime) this.renewals = 0;
    const due = this.renewals === 0 ? now : this.renewedAt + this.currentPause;
    if (due <= now) this.goOn(member);
    else {
      this.cancel = this.deps.clock.schedule(due - now, () => {
        this.cancel = undefined;
        this.goOn(member);
      });
      this.paused.emit();
    }
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  /** How long this node waits before it goes on in yet another life, in ms. */
  private get currentPause(): number {
    return Math.min(REFUTATION.firstPause * 2 ** (this.renewals - 1), REFUTATION.longestPause);
  }

  private goOn(member: MemberId): void {
    const { incarnation } = this.deps.identity;
    const later = this.known + 1 + Math.floor(this.deps.random.next() * REFUTATION.leap);
    this.renewals++;
    this.renewedAt = this.deps.clock.now();
    this.deps.log.line(
      `${member} ignores incarnation ${incarnation} of this node because it knows incarnation ${this.known}; continuing as ${later} (another process has this node's id, or the clock was set back)`,
    );
    this.renewed.emit(later);
  }
}
