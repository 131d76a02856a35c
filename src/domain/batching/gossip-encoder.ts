import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { Identity } from "../identity.js";
import type { AckQuery, Gossip, GossipOk, RoundSchedule } from "../messages.js";
import type { Clock } from "../ports/clock.js";
import type { MemberId, Transport } from "../ports/transport.js";
import type { DotRange } from "../values/dot.js";
import { jsonSizeBound } from "../values/json-value.js";
import type { ValueLog } from "../values/value-log.js";
import { roomForValues } from "./envelope.js";
import type { Pacer } from "./pacer.js";
import type { Piggyback } from "./piggyback.js";
import { RangeContents } from "./range-contents.js";

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
  /** The values of the batches that leave at the same time. Their owner clears it after the last one. */
  readonly contents: RangeContents;

  constructor(private readonly deps: GossipEncoderDeps) {
    this.contents = new RangeContents(deps);
  }

  /** Splits the ranges so that the values of each one have about the same age. */
  splitByAge(ranges: Iterable<DotRange>): DotRange[] {
    return [...ranges].flatMap((range) => this.contents.splitByAge(range));
  }

  /** Splits a delta into batches that the transport can carry. */
  split(delta: readonly DotRange[]): DotRange[][] {
    const room = roomForValues(this.deps.transport);
    const batches: DotRange[][] = [];
    let batch: DotRange[] = [];
    let bytes = 0;
    for (const range of delta) {
      const [actor, first, count] = range;
      const whole = this.contents.of(range).bytes;
      if (bytes + whole <= room) {
        batch.push(range);
        bytes += whole + actor.length + 32;
        continue;
      }
      let start = first;
      let number = first;
      for (const value of this.contents.of(range).values) {
        const size = jsonSizeBound(value);
        if (bytes > 0 && bytes + size > room) {
          if (number > start) batch.push([actor, start, number - start]);
          batches.push(batch);
          [batch, bytes, start] = [[], 0, number];
        }
        bytes += size;
        number++;
      }
      batch.push([actor, start, first + count - start]);
      bytes += actor.length + 32;
    }
    if (batch.length > 0) batches.push(batch);
    return batches;
  }

  /**
   * Builds a message with values, and registers it with the peer.
   * @param query sent in addition to what the member is owed
   */
  gossip(member: MemberId, dots: readonly DotRange[], flags: Pick<Gossip, "ask" | "direct">, query?: AckQuery): Gossip {
    const now = this.deps.clock.now();
    const peer = this.deps.peers.of(member);
    const confirm = query ?? this.deps.piggyback.query(member, dots, flags.direct === true);
    const isAnswer =
      peer.incoming.owesAnswer &&
      flags.ask !== true &&
      confirm === undefined &&
      this.deps.pacer.requestsMissingAck(member);
    const { number, base } = peer.send(dots, now, {
      isDirect: flags.direct === true,
      isExtra: query !== undefined,
      isRequest: flags.ask === true,
      isUpcast: this.deps.pacer.isParent(member),
      isAnswer,
    });
    const confirmed = this.deps.piggyback.replies(member);
    const ack = this.deps.pacer.piggybacksAcks ? peer.acknowledge(now) : undefined;
    const plan = this.deps.pacer.upcastPlan(member);
    const round = this.deps.pacer.schedule(member);
    const first = peer.outgoing.unusualFirst;
    return {
      type: "gossip",
      values: this.contents.valuesOf(dots),
      dots,
      incarnation: this.deps.identity.incarnation,
      number,
      base,
      ...(first !== undefined && { first }),
      ages: dots.map((range) => Math.max(0, Math.round(now - this.contents.of(range).oldest))),
      ...flags,
      ...(this.deps.pacer.isParent(member) && { up: true }),
      ...(plan && { plan }),
      ...(isAnswer && { answer: true }),
      ...(confirm && { confirm }),
      ...(confirmed && { confirmed }),
      ...(ack && { ack }),
      ...(round && { round }),
    };
  }

  /** Builds a message with an acknowledgement only; `undefined` if nothing ever came from the member. */
  acknowledgement(member: MemberId, round: RoundSchedule | undefined): GossipOk | undefined {
    const ack = this.deps.peers.of(member).acknowledge(this.deps.clock.now());
    if (ack === undefined) return undefined;
    const confirmed = this.deps.piggyback.replies(member);
    return {
      type: "gossip_ok",
      incarnation: this.deps.identity.incarnation,
      ack,
      ...(this.deps.pacer.isParent(member) && { up: true }),
      ...(confirmed && { confirmed }),
      ...(round && { round }),
    };
  }
}
