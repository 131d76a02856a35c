import { WRITE_CONCERN } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import { Slot } from "../delta/slot.js";
import type { AckReply } from "../messages.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import { jsonSize } from "../values/json-value.js";
import { vectorChunks } from "../values/vector-chunks.js";
import { VersionVector } from "../values/version-vector.js";
import type { PendingWrite } from "./pending-write.js";

/** Values with the same holders. */
interface Group {
  readonly by: readonly MemberId[];
  readonly dots: VersionVector;
}

/** Replies that are queued for one member. */
interface Queue {
  /** The groups by the JSON of their holders. */
  readonly groups: Map<string, Group>;
  due: number;
  cancel: CancelTask;
  /** Messages in a row that had no room for all replies: how many, and when the first one left, by this node's clock, in ms. */
  overflow: { readonly count: number; readonly since: number };
}

const NO_OVERFLOW = { count: 0, since: Number.POSITIVE_INFINITY };

const QUEUE = new Slot<Queue>(
  () => ({ groups: new Map(), due: Number.POSITIVE_INFINITY, cancel: () => {}, overflow: NO_OVERFLOW }),
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
    this.addGroup(member, { by, dots: VersionVector.of([[actor, number, 1]]) }, due);
  }

  /**
   * Takes the replies for a message that leaves now; `undefined` if there are none. Those that do not fit leave soon after
   * it, at growing pauses: if many are left, replies that come meanwhile join them. Some may be dropped after `queryMemory`.
   * @param room size limit of the replies, in bytes of JSON
   */
  take(member: MemberId, room: number): readonly AckReply[] | undefined {
    const queue = this.deps.peers.state(member, QUEUE);
    if (queue === undefined) return undefined;
    this.drop(member);
    const replies: AckReply[] = [];
    const rest: Group[] = [];
    let left = room;
    for (const group of queue.groups.values()) {
      const reply = { by: group.by, vector: group.dots.toWire() };
      const size = jsonSize(reply) + 1;
      // The rest of the first group that does not fit leaves later, and so do all groups after it.
      const fits = size <= left;
      const cut = fits ? { reply, rest: [] } : cutGroup(group, left);
      left = fits ? left - size : 0;
      if (cut.reply !== undefined) replies.push(cut.reply);
      rest.push(...cut.rest);
    }
    this.keep(member, rest, queue.overflow);
    return replies.length === 0 ? undefined : replies;
  }

  /** Queues what was left over. After a while its requester does not wait any more, or has asked again. */
  private keep(member: MemberId, groups: readonly Group[], { count, since }: Queue["overflow"]): void {
    const now = this.deps.clock.now();
    if (groups.length === 0 || now - since > WRITE_CONCERN.queryMemory) return;
    const excess = count - WRITE_CONCERN.messagesAtOnce;
    const pause = excess < 0 ? 0 : Math.min(WRITE_CONCERN.restPause * 2 ** excess, WRITE_CONCERN.longestRestPause);
    for (const group of groups) this.addGroup(member, group, now + pause);
    this.deps.peers.of(member).slots.of(QUEUE).overflow = { count: count + 1, since: Math.min(since, now) };
  }

  private addGroup(member: MemberId, { by, dots }: Group, due: number): void {
    const queue = this.deps.peers.of(member).slots.of(QUEUE);
    if (due < queue.due) {
      queue.cancel();
      queue.due = due;
      queue.cancel = this.deps.clock.schedule(due - this.deps.clock.now(), () => this.send(member));
    }
    const key = JSON.stringify(by);
    const group = queue.groups.get(key);
    if (group === undefined) queue.groups.set(key, { by, dots });
    else group.dots.merge(dots);
  }

  /** Drops the replies for the member. */
  drop(member: MemberId): void {
    this.deps.peers.clear(member, QUEUE);
  }
}

/** `{"by":[],"vector":},`, in bytes of JSON. */
const REPLY_BYTES = 22;

/** Cuts a part that fits off a group: some holders of some values. Even that of one holder and one value may not fit. */
function cutGroup({ by, dots }: Group, room: number): { readonly reply?: AckReply; readonly rest: readonly Group[] } {
  const holders: MemberId[] = [];
  let left = room - REPLY_BYTES;
  for (const holder of by) {
    const size = jsonSize(holder) + 1;
    // The values get half of the room.
    if (holders.length > 0 && left - size < room / 2) break;
    holders.push(holder);
    left -= size;
  }
  const [vector = []] = vectorChunks(dots.ranges(), left);
  const reply = { by: holders, vector };
  if (jsonSize(reply) > room && room < WRITE_CONCERN.leastReplyRoom) return { rest: [{ by, dots }] };
  const others = VersionVector.of(dots.without(VersionVector.fromWire(vector)));
  const rest: Group[] = [];
  if (!others.isEmpty) rest.push({ by: holders, dots: others });
  if (holders.length < by.length) rest.push({ by: by.slice(holders.length), dots });
  return { reply, rest };
}
