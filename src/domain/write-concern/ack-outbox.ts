import type { DeltaTracker } from "../delta/delta-tracker.js";
import { Slot } from "../delta/slot.js";
import type { AckReply } from "../messages.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import { VersionVector } from "../values/version-vector.js";
import type { PendingWrite } from "./pending-write.js";

/** What one member is to be told. */
interface Waiting {
  /** Who has which values, those with the same holders together. */
  readonly groups: Map<string, { readonly by: readonly MemberId[]; readonly dots: VersionVector }>;
  due: number;
  cancel: CancelTask;
}

const WAITING = new Slot<Waiting>(
  () => ({ groups: new Map(), due: Number.POSITIVE_INFINITY, cancel: () => {} }),
  ({ cancel }) => cancel(),
);

/** Answers to members that asked who has a value: they ride on the next message to the asker, or leave by themselves in time. */
export class AckOutbox {
  /** @param send makes a message leave for the member now: it takes the replies along */
  constructor(
    private readonly deps: { readonly clock: Clock; readonly peers: DeltaTracker },
    private readonly send: (member: MemberId) => void,
  ) {}

  /**
   * The member is to be told that these members have the value.
   * @param due when the answer leaves by itself, by this node's clock, in ms; in the past means now
   */
  add(member: MemberId, { author, number }: PendingWrite, by: readonly MemberId[], due: number): void {
    const { slots } = this.deps.peers.of(member);
    const waiting = slots.of(WAITING);
    if (waiting.groups.size === 0) {
      waiting.due = due;
      waiting.cancel = this.timer(member, due);
    } else if (due < waiting.due) {
      waiting.cancel();
      waiting.due = due;
      waiting.cancel = this.timer(member, due);
    }
    const key = JSON.stringify(by);
    let group = waiting.groups.get(key);
    if (group === undefined) {
      group = { by, dots: new VersionVector() };
      waiting.groups.set(key, group);
    }
    group.dots.add([author, number, 1]);
  }

  /** What the member is to be told, by a message that leaves now; `undefined` if there is nothing. */
  take(member: MemberId): readonly AckReply[] | undefined {
    const waiting = this.deps.peers.of(member).slots.find(WAITING);
    if (waiting === undefined) return undefined;
    this.drop(member);
    return [...waiting.groups.values()].map(({ by, dots }) => ({ by, vector: dots.toWire() }));
  }

  /** The member does not want to know any more. */
  drop(member: MemberId): void {
    this.deps.peers.of(member).slots.clear(WAITING);
  }

  private timer(member: MemberId, due: number): CancelTask {
    return this.deps.clock.schedule(due - this.deps.clock.now(), () => this.send(member));
  }
}
