import type { DeltaTracker } from "../delta/delta-tracker.js";
import { Slot } from "../delta/slot.js";
import type { AckReply } from "../messages.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import { VersionVector } from "../values/version-vector.js";
import type { PendingWrite } from "./pending-write.js";

/** Replies that are queued for one member. */
interface Queue {
  /** The holders of values; values with the same holders form a group. */
  readonly groups: Map<string, { readonly by: readonly MemberId[]; readonly dots: VersionVector }>;
  due: number;
  cancel: CancelTask;
}

const QUEUE = new Slot<Queue>(
  () => ({ groups: new Map(), due: Number.POSITIVE_INFINITY, cancel: () => {} }),
  ({ cancel }) => cancel(),
);

/** Queues replies to queries. They ride on the next message to the requester, or leave in a message of their own in time. */
export class AckOutbox {
  /** @param send sends the member a message now, which takes the replies along */
  constructor(
    private readonly deps: { readonly clock: Clock; readonly peers: DeltaTracker },
    private readonly send: (member: MemberId) => void,
  ) {}

  /**
   * Queues the reply that these members have the value.
   * @param due when the reply leaves at the latest, by this node's clock, in ms; a time in the past means now
   */
  add(member: MemberId, { actor, number }: PendingWrite, by: readonly MemberId[], due: number): void {
    const { slots } = this.deps.peers.of(member);
    const queue = slots.of(QUEUE);
    if (due < queue.due) {
      queue.cancel();
      queue.due = due;
      queue.cancel = this.deps.clock.schedule(due - this.deps.clock.now(), () => this.send(member));
    }
    const key = JSON.stringify(by);
    let group = queue.groups.get(key);
    if (group === undefined) {
      group = { by, dots: new VersionVector() };
      queue.groups.set(key, group);
    }
    group.dots.add([actor, number, 1]);
  }

  /** Takes the replies for a message that leaves now; `undefined` if there are none. */
  take(member: MemberId): readonly AckReply[] | undefined {
    const queue = this.deps.peers.of(member).slots.find(QUEUE);
    if (queue === undefined) return undefined;
    this.drop(member);
    return [...queue.groups.values()].map(({ by, dots }) => ({ by, vector: dots.toWire() }));
  }

  /** Drops the replies for the member. */
  drop(member: MemberId): void {
    this.deps.peers.of(member).slots.clear(QUEUE);
  }
}
