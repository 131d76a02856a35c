import { PEER } from "./config.js";
import type { DeltaTracker } from "./delta/delta-tracker.js";
import type { Refutation } from "./failure/refutation.js";
import type { Identity } from "./identity/identity.js";
import type { Gossip, GossipOk, PeerMessage } from "./messages.js";
import type { Clock } from "./ports/clock.js";
import type { MemberId } from "./ports/transport.js";
import type { Session } from "./session/session.js";
import { type DotRange, isIncarnationOf } from "./values/dot.js";
import { perObject } from "./values/per-object.js";
import type { ValueLog } from "./values/value-log.js";
import { VersionVector } from "./values/version-vector.js";
import type { AckCollector } from "./write-concern/ack-collector.js";

/** The dots of a message as a set, which must not be modified: the nodes of a simulation share it. */
const vectorOf = perObject((dots: readonly DotRange[]) => VersionVector.of(dots));

interface GossipPipelineDeps {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly collector: AckCollector;
  readonly refutation: Refutation;
}

/** Handles gossip and acknowledgements: passes each part of a message to the service that it concerns, in the right order. */
export class GossipPipeline {
  constructor(
    private readonly deps: GossipPipelineDeps,
    private readonly currentSession: () => Session,
  ) {}

  /** Handles a message of a departed member: its values count, but it gets no answer. */
  lastWordsReceived(message: PeerMessage): void {
    if (message.type !== "gossip") return;
    const fresh = this.merge(message);
    if (fresh.length === 0) return;
    // The departed actor sends these values to no other member, so this node passes them on.
    this.session.enqueue(fresh.length, this.deps.values.oldest(fresh));
    this.deps.collector.heldByOthers(vectorOf(message.dots).meet(this.deps.values.known));
  }

  /** Handles values, and what travels with them. */
  gossipReceived(from: MemberId, gossip: Gossip): void {
    const { identity, clock, values, peers, collector } = this.deps;
    const now = clock.now();
    const peer = peers.of(from);
    // Numbers start at 1 in each incarnation. The first messages went to an earlier one, or are lost.
    if (peer.incoming.isEmpty && gossip.number > (gossip.first ?? 1)) this.session.amnesiaSuspected(from);
    const silence = peer.incoming.silence(now);
    peer.incoming.add(gossip.number, gossip.base, now);
    this.session.parentClaimed(from, gossip.up === true);
    if (gossip.plan !== undefined) this.session.upcastArrived(gossip.plan);
    this.handleAck(from, gossip);
    const { end } = values.arrivals;
    const fresh = this.merge(gossip).length;
    const oldest = values.arrivals.oldestSince(end);
    const stretch = fresh === gossip.values.length ? { from: end, to: values.arrivals.end } : undefined;
    // Dots that are still unknown here were forged in this node's own name.
    const dots = stretch === undefined ? vectorOf(gossip.dots).meet(values.known) : vectorOf(gossip.dots);
    const ranges = stretch === undefined ? [...dots.ranges()] : gossip.dots;
    peer.confirm(ranges, stretch);
    if (gossip.ask === true) this.session.ackRequested();
    // The stability vector may acknowledge direct messages, so the peer may never request an answer to these.
    if (gossip.values.length > 0 && gossip.direct !== true) peer.incoming.awaitsAnswer(gossip.number);
    // A lost answer is requested again, so this message needs no acknowledgement; unless it answers what a lost message
    // should have answered: nothing would be requested any more, and the peer has to learn of the loss.
    const isAnswer = gossip.answer === true && gossip.ask !== true;
    if (!isAnswer || peer.incoming.gapSince !== undefined) peer.incoming.owedSince ??= now;
    // After a long silence, missing messages were lost to an outage, which is over.
    if (peer.incoming.gapSince === now && silence < PEER.outage) this.session.lossDetected();
    // Only the actor of a value may send it to everyone. A false claim would keep the value from other members.
    const isDirect = gossip.direct === true && gossip.dots.every(([actor]) => isIncarnationOf(from, actor));
    // A plan stands in upcasts alone, which a member with rounds sends.
    if (isDirect) peer.sendsToAll = true;
    else if (gossip.plan !== undefined) peer.sendsToAll = false;
    if (isDirect) for (const member of identity.members) if (member !== from) peers.of(member).assume(ranges, stretch);
    if (gossip.confirmed !== undefined) collector.repliesReceived(from, gossip.confirmed);
    // The query has to be known before the values are passed on, so that it rides along.
    if (gossip.confirm !== undefined) collector.queryReceived(from, gossip.confirm, isDirect);
    collector.heldByOthers(dots);
    this.session.gossipMerged(from, gossip, { fresh, oldest, isDirect });
  }

  /** Handles a message without values. */
  gossipOkReceived(from: MemberId, message: GossipOk): void {
    this.session.parentClaimed(from, message.up === true);
    this.session.gossipOkReceived(from);
    this.handleAck(from, message);
    if (message.confirmed !== undefined) {
      this.deps.collector.repliesReceived(from, message.confirmed);
      // A reply between rounds is no downcast, so nothing is passed on now.
      if (message.round === undefined) return;
    }
    this.session.flushAfter(from);
  }

  /** Read anew for each use: an acknowledgement may show that this node needs a new incarnation, which ends the session. */
  private get session(): Session {
    return this.currentSession();
  }

  /** Stores the values of a message; returns the dots of the new ones. */
  private merge({ dots, values, ages }: Gossip): DotRange[] {
    const now = this.deps.clock.now();
    const acceptedAt = ages.map((age) => now - age - this.session.oneWay);
    return this.deps.values.merge(dots, values, acceptedAt);
  }

  private handleAck(from: MemberId, message: Gossip | GossipOk): void {
    const delay = message.round === undefined ? 0 : this.session.scheduleReceived(from, message.round);
    const { ack } = message;
    if (ack === undefined) return;
    const isRequest = message.type === "gossip" && message.ask === true;
    const { incarnation } = this.deps.identity;
    if (ack.incarnation === incarnation) this.session.ackReceived(from, ack, { delay, isRequest });
    // The peer knows a later incarnation of this node and ignores this one.
    else if (ack.incarnation > incarnation) this.deps.refutation.refute(from, ack.incarnation);
    // The peer addresses an earlier incarnation of this node, which has lost what the peer believes it has.
    else this.session.amnesiaDetected(from);
  }
}
