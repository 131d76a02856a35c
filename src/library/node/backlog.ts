import * as v from "valibot";
import { whole } from "../../application/options/fields.js";
import { Fifo } from "../../collections/fifo.js";
import { WRITE_CONCERN } from "../../domain/config.js";
import type { BroadcastNode } from "../../domain/ports/broadcast-node.js";
import type { Clock } from "../../domain/ports/clock.js";
import type { Log } from "../../domain/ports/log.js";
import type { MemberId } from "../../domain/ports/transport.js";
import type { UnmetWriteConcern } from "../../domain/write-concern/write-concern.js";
import { confirmationsMissing } from "./log-events.js";

/** Bounds of the values that a node has accepted from its program and that other members may lack. */
export interface BacklogOptions {
  /** The most bytes of JSON in them, counted as characters. Default: 16,777,216 (16 MiB). */
  readonly maxBytes?: number;
  /** The most values. Default: 100,000. */
  readonly maxValues?: number;
}

/** Schema of the option `backlog` of `createNode`. */
export const backlogSchema = v.strictObject(
  { maxBytes: v.optional(whole(1)), maxValues: v.optional(whole(1)) },
  "{ maxBytes, maxValues }",
);

const DEFAULT_BYTES = 16 * 2 ** 20;
const DEFAULT_VALUES = 100_000;

/** Added to the size of each value: its share of the messages, in bytes. */
const VALUE_OVERHEAD = 20;
/** Members are asked after each of these shares of the present bound, so that room comes in small steps. */
const STEPS = 4;
/** Bounds that a node starts with, and that slow members may lead to, in bytes. */
const FIRST_WINDOW = 2 ** 19;
const SMALLEST_WINDOW = 2 ** 15;
/**
 * Time after the latency of the budget within which an answer is quick: the bound grows. It is late after `LATE`, the time within which
 * holders should be known (`WRITE_CONCERN.replyTime`): the bound shrinks. In ms.
 */
const QUICK = 1_000;
const LATE: number = WRITE_CONCERN.replyTime;
/** An answer that is late makes the bound smaller, to this share. */
const SHRINKING = 0.6;
/** Until the first late answer the bound doubles while half of it is used up; afterwards it grows by this share of itself. */
const GROWTH = 1 / 16;
/** After this time without any progress, a small part of the values is not waited for, in ms. */
const PATIENCE = 30_000;
/** After this time without any progress, members that confirm nothing are probed: a queue alone is shorter by then, in ms. */
const DOUBT = 10_000;
/** Members that are probed at a time. */
const PROBED = 8;

/**
 * The backlog is full, and `broadcast` was told not to wait. The value was not accepted: nothing was sent or stored. Try again later, or
 * call `broadcast` without `wait: false`.
 */
export class BacklogFull extends Error {
  override readonly name = "BacklogFull";
  /** The same in every copy of this module, unlike the class that `instanceof` tests. */
  readonly code = "TIDECAST_BACKLOG_FULL";

  /** @internal */
  constructor(
    /** Number of values in the backlog. */
    readonly values: number,
    /** Bytes of JSON in the backlog. */
    readonly bytes: number,
  ) {
    super(
      `the backlog is full: other members have not confirmed ${values} ${values === 1 ? "value" : "values"} with ${bytes} bytes; broadcast again later, leave out wait: false, or set a larger backlog`,
    );
  }
}

/** Values by number and size. */
interface Amount {
  values: number;
  bytes: number;
}

interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

interface BacklogDeps {
  /** This node's id. */
  readonly self: MemberId;
  readonly node: Pick<BroadcastNode, "confirmLatest" | "view" | "probe">;
  readonly clock: Clock;
  readonly log: Log;
  /** Number of members, this one included. */
  readonly memberCount: () => number;
  /** Whether messages to the member are on their way or queued, even if it is silent. */
  readonly isConnected: (member: MemberId) => boolean;
}

/**
 * Bounds the values of this node that other members may lack, and makes further broadcasts wait. After each quarter of the bound the
 * node asks whether all reachable members have its latest value; the question and the replies travel behind the values, along the tree,
 * so a slow member anywhere slows the producers down. A node that broadcasts less than a quarter of the bound at a time asks now and then.
 *
 * While replies are late the bound shrinks, so that queues stay short and a slow member is not taken for a failed one (as congestion
 * control by delay does it, RFC 6817).
 *
 * The node does not wait for a suspect that is not connected. Any other member that confirms nothing must not stop the cluster either, but
 * without a bound the queues before it would overflow. So from time to time the node accepts a few values without its confirmation.
 */
export class Backlog {
  private readonly most: Amount;
  /** The present bound, in bytes. */
  private window: number;
  /** Whether no answer has been late so far. */
  private isStarting = true;
  /** Answers to questions before this time do not make the bound smaller again. */
  private shrunkAt = Number.NEGATIVE_INFINITY;
  /** Everything that was accepted and is not confirmed. */
  private readonly open: Amount = { values: 0, bytes: 0 };
  /** The part of it that no question covers yet. */
  private fresh: Amount = { values: 0, bytes: 0 };
  /** What each open question covers, the oldest first. */
  private readonly asked = new Set<Amount>();
  private readonly waiting = new Fifo<Waiting>();
  /** How long members have confirmed nothing while this node waited for them, in ms. */
  private silence = 0;
  /** Whether the log says already that a member confirms nothing. */
  private isMuteLogged = false;
  /** Number of members that were probed so far, so that all of them have their turn. */
  private probed = 0;

  /** @param latency the latency of the budget, in ms */
  constructor(
    private readonly deps: BacklogDeps,
    private readonly latency: number,
    { maxBytes = DEFAULT_BYTES, maxValues = DEFAULT_VALUES }: BacklogOptions = {},
  ) {
    this.most = { values: maxValues, bytes: maxBytes };
    this.window = Math.min(FIRST_WINDOW, maxBytes);
  }

  /** Number of broadcasts that wait for room. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /** Takes room for a value, if there is any. */
  take(bytes: number): boolean {
    if (this.waiting.length > 0 || !this.hasRoom(bytes)) return false;
    this.add(bytes);
    return true;
  }

  /** Calls `admit` once room for the value is taken, in the order of the calls. It has to accept the value at once. */
  wait(bytes: number, admit: () => void): void {
    this.waiting.push({ bytes, admit });
    if (this.asked.size === 0) this.ask();
  }

  /** The node is closed, or its journal is lost: nothing waits any more. */
  close(): void {
    this.waiting.clear();
    this.asked.clear();
  }

  /** The value for which room was taken has been accepted. Asks for confirmation if it is time. */
  accepted(): void {
    const { fresh, window, most } = this;
    const isDue = fresh.bytes * STEPS >= window || fresh.values * STEPS >= most.values;
    if (!isDue && this.waiting.length === 0) return;
    if (this.asked.size < STEPS) this.ask();
  }

  /** The error for a broadcast that does not wait. */
  fullError(): BacklogFull {
    return new BacklogFull(this.open.values, this.open.bytes);
  }

  private hasRoom(bytes: number): boolean {
    const { open, window, most } = this;
    // A value that is larger than the whole bound must not wait forever.
    if (open.values === 0) return true;
    return open.bytes + bytes + VALUE_OVERHEAD <= window && open.values < most.values;
  }

  private add(bytes: number): void {
    for (const amount of [this.open, this.fresh]) {
      amount.values++;
      amount.bytes += bytes + VALUE_OVERHEAD;
    }
  }

  private ask(): void {
    const { fresh } = this;
    this.fresh = { values: 0, bytes: 0 };
    this.asked.add(fresh);
    this.await(fresh);
  }

  private await(covered: Amount): void {
    const askedAt = this.deps.clock.now();
    this.deps.node.confirmLatest(
      (unmet) => {
        // A later question may have been answered before.
        if (!this.asked.has(covered)) return;
        if (unmet === undefined) this.confirmed(covered, askedAt);
        else this.unanswered(covered, askedAt, unmet);
      },
      {
        nodes: this.membersToAwait(),
        timeout: this.timeout,
        followsTree: true,
        ...(this.isRoomScarce && { replyWithin: 0 }),
      },
    );
  }

  /** Whether half of the room is taken: soon, broadcasts would wait for replies that wait for messages to ride on. */
  private get isRoomScarce(): boolean {
    const { open, window, most } = this;
    return this.waiting.length > 0 || 2 * open.bytes >= window || 2 * open.values >= most.values;
  }

  /** How long a question waits for its answer, in ms. */
  private get timeout(): number {
    return Math.max(WRITE_CONCERN.timeout, this.latency + LATE);
  }

  /** Number of members that should confirm, this one included. */
  private membersToAwait(): number {
    return Math.max(1, this.deps.memberCount() - this.absent().length);
  }

  /** Members that nothing is queued for. */
  private absent(): readonly MemberId[] {
    return this.deps.node.view().suspects.filter((member) => !this.deps.isConnected(member));
  }

  private confirmed(covered: Amount, askedAt: number): void {
    this.silence = 0;
    this.isMuteLogged = false;
    this.adapt(covered, askedAt, this.deps.clock.now() - askedAt);
    this.release(covered);
  }

  /** Makes room: these values are not waited for any more. */
  private release(covered: Amount): void {
    // Values travel in order, so earlier ones have arrived too.
    for (const amount of this.asked) {
      this.asked.delete(amount);
      this.open.values -= amount.values;
      this.open.bytes -= amount.bytes;
      if (amount === covered) break;
    }
    // The engine is at work; it must not be called before it is done.
    if (this.waiting.length > 0) queueMicrotask(() => this.admit());
  }

  /** Adapts the bound to the time that an answer took, in ms. */
  private adapt({ bytes }: Amount, askedAt: number, time: number): void {
    // A bound that is not used up need not grow. One that a steady load uses up by half has to: the replies would hurry forever.
    if (time <= this.latency + QUICK && this.isRoomScarce)
      this.window = Math.min(this.most.bytes, this.window + (this.isStarting ? bytes : GROWTH * this.window));
    else if (time > this.latency + LATE) this.shrink(askedAt);
  }

  /** @param askedAt when the question came whose answer is late */
  private shrink(askedAt: number): void {
    if (askedAt < this.shrunkAt) return;
    this.shrunkAt = this.deps.clock.now();
    this.isStarting = false;
    this.window = Math.max(this.smallest, SHRINKING * this.window);
  }

  private get smallest(): number {
    return Math.min(SMALLEST_WINDOW, this.most.bytes);
  }

  private unanswered(covered: Amount, askedAt: number, { missing }: UnmetWriteConcern): void {
    this.shrink(askedAt);
    // While this process was paused it could not read answers, so its own pauses are no silence of others.
    this.silence += Math.min(this.deps.clock.now() - askedAt, this.timeout);
    const absent = this.absent();
    // This node is missing as well while its journal is slow or its disk is full. It must not suspect itself.
    const mute = missing.filter((member) => member !== this.deps.self && !absent.includes(member));
    if (this.silence >= DOUBT) this.probe(mute);
    // One question about the latest value replaces all open ones.
    for (const amount of this.asked) {
      if (amount === covered) continue;
      this.asked.delete(amount);
      covered.values += amount.values;
      covered.bytes += amount.bytes;
    }
    if (this.silence >= PATIENCE) this.letPass(covered, mute);
    else this.await(covered);
  }

  /** A member that is gone becomes a suspect, and is not waited for. Its neighbours in the tree may know that already, but not this node. */
  private probe(mute: readonly MemberId[]): void {
    const first = this.probed % Math.max(1, mute.length);
    const inTurn = [...mute.slice(first), ...mute.slice(0, first)].slice(0, PROBED);
    this.probed += inTurn.length;
    this.deps.node.probe(inTurn);
  }

  /** Members have confirmed nothing for too long: as many values as the smallest bound allows go on without them. */
  private letPass(covered: Amount, mute: readonly MemberId[]): void {
    this.silence = 0;
    this.window = this.smallest;
    if (!this.isMuteLogged && mute.length > 0)
      this.deps.log.event(confirmationsMissing({ members: mute, silence: PATIENCE, bytes: this.smallest }));
    this.isMuteLogged = true;
    this.release(covered);
  }

  private admit(): void {
    for (let next = this.waiting.first; next !== undefined && this.hasRoom(next.bytes); next = this.waiting.first) {
      this.waiting.shift();
      this.add(next.bytes);
      next.admit();
      this.accepted();
    }
    // Otherwise nothing would make room for the rest.
    if (this.waiting.length > 0 && this.asked.size === 0) this.ask();
  }
}
