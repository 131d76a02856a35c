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

/** Answers to members that asked who has a value: they ride on the next message to the asker, or leave by themselves in time. */
export class AckOutbox {
  private readonly waiting = new Map<MemberId, Waiting>();

  /** @param send makes a message leave for the member now: it takes the answers along */
  constructor(
    private readonly clock: Clock,
    private readonly send: (member: MemberId) => void,
  ) {}

  /**
   * The member is to be told that these members have the value.
   * @param due when the answer leaves by itself, by this node's clock, in ms; in the past means now
   */
  add(member: MemberId, { author, number }: PendingWrite, by: readonly MemberId[], due: number): void {
    let waiting = this.waiting.get(member);
    if (waiting === undefined) {
      waiting = { groups: new Map(), due, cancel: this.timer(member, due) };
      this.waiting.set(member, waiting);
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
    const waiting = this.waiting.get(member);
    if (waiting === undefined) return undefined;
    this.drop(member);
    return [...waiting.groups.values()].map(({ by, dots }) => ({ by, vector: dots.toWire() }));
  }

  /** The member does not want to know any more. */
  drop(member: MemberId): void {
    this.waiting.get(member)?.cancel();
    this.waiting.delete(member);
  }

  /** Nothing leaves any more. */
  close(): void {
    for (const member of [...this.waiting.keys()]) this.drop(member);
  }

  private timer(member: MemberId, due: number): CancelTask {
    return this.clock.schedule(due - this.clock.now(), () => this.send(member));
  }
}
