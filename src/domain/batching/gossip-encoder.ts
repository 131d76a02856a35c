import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { Identity } from "../identity/identity.js";
import type { Acknowledgement, AckQuery, Gossip, GossipOk, RoundSchedule } from "../messages.js";
import type { Clock } from "../ports/clock.js";
import type { MemberId, Transport } from "../ports/transport.js";
import type { DotRange } from "../values/dot.js";
import { jsonSize, jsonSizeBound } from "../values/json-value.js";
import type { ValueLog } from "../values/value-log.js";
import { vectorChunks, wireSize } from "../values/vector-chunks.js";
import { VersionVector, type WireVector } from "../values/version-vector.js";
import { isTight, roomForContent, roomForRiders, roomForValues } from "./envelope.js";
import { latest } from "./latest.js";
import type { Pacer } from "./pacer.js";
import type { Piggyback } from "./piggyback.js";
import { RangeContents, rangeSizeBound } from "./range-contents.js";
import { fitAck, fitSuspects } from "./riders.js";

/** The age of a range, up to 31 years in ms, in bytes of JSON. */
const AGE_BYTES = 13;
/** `ack`, `round` and `confirmed` with one range, without suspects and replies, at their longest, in bytes of JSON. */
const RIDERS_BYTES = 380;

export interface GossipEncoderDeps {
  readonly identity: Identity;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly pacer: Pacer;
  /** Queries and replies that ride on the messages. */
  readonly piggyback: Piggyback;
}

/** Splits values into batches, and builds the messages that carry them. A message that is built has to be sent. */
export class GossipEncoder {
  /** The values of the batches that leave at the same time. */
  readonly contents: RangeContents;
  private readonly batches = latest((delta: readonly DotRange[]) => this.divide(delta));

  constructor(private readonly deps: GossipEncoderDeps) {
    this.contents = new RangeContents(deps);
  }

  /** Splits the ranges so that the values of each one have about the same age. */
  splitByAge(ranges: readonly DotRange[]): readonly DotRange[] {
    return this.contents.splitByAge(ranges);
  }

  /** Splits a delta into batches that the transport can carry. */
  split(delta: readonly DotRange[]): readonly (readonly DotRange[])[] {
    // What is asked about the values decides how many fit into a small message.
    return isTight(this.deps.transport) ? this.divide(delta) : this.batches(delta);
  }

  /** The messages with these values are sent; frees the memory of what they have in common. */
  forgetContents(): void {
    this.contents.clear();
    this.batches.forget();
  }

  private divide(delta: readonly DotRange[]): readonly (readonly DotRange[])[] {
    const room = roomForValues(this.deps.transport);
    const tight = isTight(this.deps.transport);
    const sizeOf = tight ? jsonSize : jsonSizeBound;
    const batches: DotRange[][] = [];
    let batch: DotRange[] = [];
    let bytes = 0;
    for (const range of delta) {
      const [actor, first, count] = range;
      const { values, bytes: ofValues } = this.contents.of(range);
      // A comma follows each value.
      const whole = ofValues + values.length;
      const rangeBytes = tight ? this.sizeOf(range) : 0;
      // The bound of a range is coarse, so a tight transport counts each value.
      if (!tight && bytes + whole <= room) {
        batch.push(range);
        bytes += whole + rangeSizeBound(range);
        continue;
      }
      let start = first;
      let number = first;
      bytes += rangeBytes;
      for (const value of values) {
        const size = sizeOf(value) + 1;
        if (bytes > rangeBytes && bytes + size > room) {
          if (number > start) batch.push([actor, start, number - start]);
          batches.push(batch);
          [batch, bytes, start] = [[], rangeBytes, number];
        }
        bytes += size;
        number++;
      }
      batch.push([actor, start, first + count - start]);
      if (!tight) bytes += rangeSizeBound(range);
    }
    if (batches.length === 0) return delta.length > 0 ? [delta] : [];
    batches.push(batch);
    return batches;
  }

  /** Splits a query into vectors for messages without values. */
  splitQuery(dots: Iterable<DotRange>): Iterable<WireVector> {
    return vectorChunks(dots, roomForContent(this.deps.transport));
  }

  /** Whether a query fits into one message with these values, which were not split. */
  fitsQuery(vector: WireVector, dots: readonly DotRange[]): boolean {
    const { transport } = this.deps;
    if (dots.length === 0) return jsonSize(vector) <= roomForContent(transport);
    return (
      VersionVector.of(dots).covers(VersionVector.fromWire(vector)) || jsonSize(vector) <= roomForRiders(transport)
    );
  }

  /** The most bytes that a range takes in a message: in `dots`, in `ages`, and in the query about its values. */
  private sizeOf(range: DotRange): number {
    return wireSize(range) * (this.deps.piggyback.isQuerying ? 2 : 1) + AGE_BYTES;
  }

  /**
   * Builds a message with values, and registers it with the peer.
   * @param query sent in addition to what the member is owed
   */
  gossip(member: MemberId, dots: readonly DotRange[], flags: Pick<Gossip, "ask" | "direct">, query?: AckQuery): Gossip {
    const now = this.deps.clock.now();
    const peer = this.deps.peers.of(member);
    const confirm = query ?? this.deps.piggyback.query(member, dots, flags.direct === true);
    const isRequested = flags.ask !== true && confirm === undefined && this.deps.pacer.requestsMissingAck(member);
    const answers = isRequested ? peer.incoming.awaited : undefined;
    const { number, base } = peer.send(dots, now, {
      isDirect: flags.direct === true,
      isExtra: query !== undefined,
      isRequest: flags.ask === true,
      isUpcast: this.deps.pacer.isParent(member),
      answers,
    });
    const plan = this.deps.pacer.upcastPlan(member);
    const first = peer.outgoing.unusualFirst;
    const { values, ages } = this.contents.ofList(dots, now);
    const gossip: Gossip = {
      type: "gossip",
      values,
      dots,
      incarnation: this.deps.identity.incarnation,
      number,
      base,
      ...(first !== undefined && { first }),
      ages,
      ...flags,
      ...(this.deps.pacer.isParent(member) && { up: true }),
      ...(plan && { plan }),
      ...(answers && { answer: true }),
      ...(confirm && { confirm }),
    };
    const ack = this.deps.pacer.piggybacksAcks ? peer.acknowledge(now, { isNumbered: true }) : undefined;
    return { ...gossip, ...this.riders(member, ack, this.deps.pacer.schedule(member), this.roomLeft(gossip)) };
  }

  /** Bytes of JSON that a message with values leaves for what rides on it. */
  private roomLeft(gossip: Gossip): number {
    if (!isTight(this.deps.transport)) return roomForRiders(this.deps.transport);
    return Math.max(0, this.deps.transport.maxMessageBytes - jsonSize(gossip) - RIDERS_BYTES);
  }

  /** What rides on a message that leaves for the member now, as far as it fits. */
  private riders(
    member: MemberId,
    whole: Acknowledgement | undefined,
    schedule: RoundSchedule | undefined,
    room: number,
  ): Pick<Gossip, "confirmed" | "ack" | "round"> {
    let left = room;
    const ack = whole && fitAck(whole, left / 2);
    if (ack !== undefined && ack.ranges.length > 1) left -= jsonSize(ack.ranges.slice(1));
    let round = schedule;
    if (schedule?.suspects !== undefined) {
      const { suspects, ...rest } = schedule;
      const named = fitSuspects(suspects, left / 2);
      left -= jsonSize(named.suspects);
      round = named.more === true ? { ...rest, ...named } : schedule;
    }
    const confirmed = this.deps.piggyback.replies(member, left);
    return { ...(confirmed && { confirmed }), ...(ack && { ack }), ...(round && { round }) };
  }

  /** Builds a message with an acknowledgement only; `undefined` if nothing ever came from the member. */
  acknowledgement(member: MemberId, round: RoundSchedule | undefined): GossipOk | undefined {
    const ack = this.deps.peers.of(member).acknowledge(this.deps.clock.now(), { isNumbered: false });
    if (ack === undefined) return undefined;
    const riders = this.riders(member, ack, round, roomForContent(this.deps.transport));
    return {
      type: "gossip_ok",
      incarnation: this.deps.identity.incarnation,
      ack: riders.ack ?? ack,
      ...(this.deps.pacer.isParent(member) && { up: true }),
      ...(riders.confirmed && { confirmed: riders.confirmed }),
      ...(riders.round && { round: riders.round }),
    };
  }
}
