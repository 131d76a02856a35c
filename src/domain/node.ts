import { MEMBERSHIP, PEER } from "./config.js";
import type { DeltaTracker } from "./delta/delta-tracker.js";
import type { Refutation } from "./failure/refutation.js";
import type { Identity } from "./identity.js";
import type { Acknowledgement, Gossip, GossipOk, PeerMessage } from "./messages.js";
import type { BroadcastNode, NodeStatus } from "./ports/broadcast-node.js";
import type { CancelTask, Clock } from "./ports/clock.js";
import type { Journal } from "./ports/journal.js";
import type { Log } from "./ports/log.js";
import type { MessageDecoder } from "./ports/message-decoder.js";
import type { MemberId } from "./ports/transport.js";
import type { Session } from "./session/session.js";
import type { Topology } from "./tree/tree-builder.js";
import { type DotRange, isIncarnationOf } from "./values/dot.js";
import type { JsonValue } from "./values/json-value.js";
import type { DottedValue, ValueLog } from "./values/value-log.js";
import { VersionVector } from "./values/version-vector.js";
import type { AckCollector } from "./write-concern/ack-collector.js";
import { LOCAL, type UnmetWriteConcern, type WriteConcern } from "./write-concern/write-concern.js";

interface GossipNodeDeps {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly log: Log;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly journal: Journal;
  readonly decoder: MessageDecoder;
  readonly collector: AckCollector;
  readonly refutation: Refutation;
  /** The session while the node does not take part. */
  readonly idle: Session;
  /** Builds a session for a topology. */
  readonly openSession: (topology: Topology) => Session;
}

/**
 * A member of the cluster: clients' requests and members' messages in, the domain's services in the right order. It stands by
 * until it may speak, then has a session for each topology, pauses while others ignore its incarnation, and stops.
 */
export class GossipNode implements BroadcastNode {
  private session: Session;
  private topology: Topology = new Map();
  /** Ends the time in which this node waits for its topology. */
  private cancelStandBy: CancelTask | undefined;
  private hasStopped = false;

  /** @param followsTopology is the tree made of the topology? Otherwise of the members alone. */
  constructor(
    private readonly deps: GossipNodeDeps,
    private readonly followsTopology: boolean,
  ) {
    this.session = deps.idle;
  }

  standBy(): void {
    this.cancelStandBy = this.deps.clock.schedule(MEMBERSHIP.topologyPatience, () => {
      const seconds = MEMBERSHIP.topologyPatience / 1000;
      this.deps.log.line(`no topology came within ${seconds} s of init: taking part without one`);
      this.takePart();
    });
  }

  start(topology: Topology): void {
    this.topology = topology;
    if (!this.takesPart || this.followsTopology) this.takePart();
  }

  /** Others ignore this node until it has a new incarnation: nothing that it sends is of use until then. */
  pause(): void {
    this.endSession();
  }

  /** Others ignore this incarnation of the node: it goes on as a later one, and compares with its neighbours. */
  startIncarnation(incarnation: number): void {
    const { identity, journal, values, peers } = this.deps;
    this.endSession();
    identity.startIncarnation(incarnation);
    journal.renew?.(incarnation);
    values.startIncarnation(identity.author);
    peers.restartNumbering();
    this.takePart();
  }

  stop(): void {
    this.hasStopped = true;
    this.cancelStandBy?.();
    this.deps.refutation.close();
    this.session.flushAll();
    this.endSession();
    this.deps.collector.stop();
    this.deps.journal.close();
  }

  broadcast(value: JsonValue, answer: (unmet?: UnmetWriteConcern) => void, concern: WriteConcern = LOCAL): void {
    const now = this.deps.clock.now();
    const isNew = this.deps.values.accept(value, now);
    // Also for a value that was here before: its first broadcast may not be durable yet, or not everywhere.
    this.awaitConcern(value, isNew, concern, answer);
    if (isNew) this.session.enqueue(1, now);
  }

  values(): readonly JsonValue[] {
    return this.deps.values.values();
  }

  dotted(): readonly DottedValue[] {
    return this.deps.values.dotted();
  }

  has(value: JsonValue): boolean {
    return this.deps.values.has(value);
  }

  status(): NodeStatus {
    const { identity, peers, values } = this.deps;
    const { root, suspects, targets } = this.session;
    const lacking = (member: MemberId) =>
      peers
        .of(member)
        .delta(values.held)
        .reduce((sum, [, , count]) => sum + count, 0);
    const others = identity.members.filter((member) => member !== identity.self);
    return {
      root,
      suspects,
      backlog: new Map(targets.map((member) => [member, lacking(member)])),
      roundTrips: new Map(
        others.flatMap((member) => {
          const roundTrip = this.session.rttTo(member);
          return roundTrip === undefined ? [] : [[member, roundTrip] as const];
        }),
      ),
    };
  }

  regroup(members: readonly MemberId[]): void {
    const before = this.deps.identity.members;
    for (const member of members) this.deps.peers.memberJoined(member);
    if (this.session.membersChanged(members) === "rebuild") this.takePart();
    for (const member of before) if (!members.includes(member)) this.memberLeft(member);
    this.deps.collector.membersChanged();
  }

  receive(from: MemberId, body: unknown): void {
    const message = this.deps.decoder.decode(from, body);
    if (message !== undefined) this.handle(from, message);
  }

  private get takesPart(): boolean {
    return this.session !== this.deps.idle;
  }

  /** Joins the others from here on, or again if something has changed. */
  private takePart(): void {
    this.cancelStandBy?.();
    this.cancelStandBy = undefined;
    if (this.hasStopped || this.deps.refutation.isWaiting) return;
    this.endSession();
    this.session = this.deps.openSession(this.topology);
    this.session.start();
  }

  private endSession(): void {
    this.deps.collector.close();
    this.session.close();
    this.deps.peers.endSession();
    this.session = this.deps.idle;
  }

  /** A member has spoken: all members are there, so this node may speak too. */
  private joinSpeaker(from: MemberId): void {
    if (this.hasStopped || this.deps.refutation.isWaiting) return;
    if (this.followsTopology)
      this.deps.log.line(`${from} spoke before a topology came: taking part without one until then`);
    this.takePart();
  }

  private awaitConcern(
    value: JsonValue,
    isNew: boolean,
    concern: WriteConcern,
    answer: (unmet?: UnmetWriteConcern) => void,
  ): void {
    const { identity, values, journal, collector } = this.deps;
    const { author, members } = identity;
    const nodes = concern.nodes === "all" ? members.length : concern.nodes;
    if (nodes <= 1) {
      journal.sync(() => answer());
      return;
    }
    const own = [author, values.known.max(author)] as const;
    const [by, number] = isNew ? own : (values.dotOf(value) ?? own);
    collector.await(by, number, concern, answer);
  }

  /** Drops what is known of a member that has left. */
  private memberLeft(member: MemberId): void {
    const { peers, clock, decoder } = this.deps;
    peers.memberLeft(member, clock.now());
    decoder.forget(member);
    this.session.memberLeft();
  }

  private handle(from: MemberId, message: PeerMessage): void {
    const { peers, clock, collector } = this.deps;
    peers.expire(clock.now());
    if (!this.takesPart) this.joinSpeaker(from);
    // Only the present incarnation of a member counts.
    const peer = peers.of(from);
    const change = peer.observeIncarnation(message.incarnation);
    if (change === "stale") {
      if (!peers.isDeparted(from)) this.session.staleReceived(from, peer.knownIncarnation ?? message.incarnation);
    } else if (peers.isDeparted(from)) this.handleLastWords(message);
    else if (change === "restarted") {
      collector.peerRestarted(from);
      this.session.heardFrom(from, { isComparing: message.type === "digest" && message.verify === true });
      this.dispatch(from, message);
    } else {
      this.session.heardFrom(from);
      this.dispatch(from, message);
    }
  }

  private dispatch(from: MemberId, message: PeerMessage): void {
    switch (message.type) {
      case "gossip":
        this.handleGossip(from, message);
        break;
      case "gossip_ok":
        this.handleGossipOk(from, message);
        break;
      case "digest":
        this.session.digestReceived(from, message);
        this.deps.collector.heldByOthers(VersionVector.fromWire(message.vector));
        break;
      case "probe":
        this.session.probeReceived(from, message);
        break;
      case "probe_ok":
        // If a later incarnation of this node sent the probe, the member ignores this one.
        this.deps.refutation.refute(from, message.of);
        this.session.probeAnswered(from, message);
        break;
      case "holdings":
        this.session.reportReceived(from, message);
        break;
      case "stable":
        this.session.stableReceived(from, message);
        break;
      case "stale":
        this.deps.refutation.refute(from, message.known);
    }
  }

  /** A member that has left sent this before: its values count as any, and nothing is expected of it. */
  private handleLastWords(message: PeerMessage): void {
    if (message.type !== "gossip") return;
    const fresh = this.merge(message);
    if (fresh.length === 0) return;
    // Its actor sends no more of them: a member that has missed one gets it from here.
    this.session.enqueue(fresh.length, this.deps.values.oldest(fresh));
    this.deps.collector.heldByOthers(VersionVector.of(message.dots).meet(this.deps.values.known));
  }

  /** Stores the values of a message; returns the dots of those that are new. */
  private merge({ dots, values, ages }: Gossip): DotRange[] {
    const now = this.deps.clock.now();
    const acceptedAt = ages.map((age) => now - age - this.session.oneWay);
    return this.deps.values.merge(dots, values, acceptedAt);
  }

  private handleGossip(from: MemberId, gossip: Gossip): void {
    const { identity, clock, values, peers, collector } = this.deps;
    const now = clock.now();
    const peer = peers.of(from);
    // Numbers start at 1 for each incarnation: the first ones were for another, or are lost.
    if (peer.incoming.isEmpty && gossip.number > (gossip.first ?? 1)) this.session.amnesiaSuspected(from);
    const silence = peer.incoming.silence(now);
    peer.incoming.add(gossip.number, gossip.base, now);
    this.session.parentClaimed(from, gossip.up === true);
    if (gossip.plan !== undefined) this.session.upcastArrived(gossip.plan);
    this.handleAck(from, gossip, gossip.ack);
    const fresh = this.merge(gossip);
    const oldest = values.oldest(fresh);
    const dots = VersionVector.of(gossip.dots).meet(values.known);
    // What is not known here even now was said in this node's own name, and is not so.
    peer.confirm(dots.runs());
    if (gossip.ask === true) this.session.ackRequested();
    if (gossip.values.length > 0) peer.incoming.owesAnswer = true;
    // An answer that gets lost is asked for: it need not be acknowledged.
    if (gossip.answer !== true || gossip.ask === true) peer.incoming.owedSince ??= now;
    // What is missing after a long silence fell to an outage, which is over.
    if (peer.incoming.gapSince === now && silence < PEER.outage) this.session.lossDetected();
    // No member sends another's values to everyone: such a claim would keep them from members that wait for them here.
    const isDirect = gossip.direct === true && gossip.dots.every(([actor]) => isIncarnationOf(from, actor));
    if (isDirect) for (const member of identity.members) if (member !== from) peers.of(member).assume(dots.runs());
    if (gossip.confirmed !== undefined) collector.repliesReceived(from, gossip.confirmed);
    // Before anything leaves: what is passed on takes the query along.
    if (gossip.confirm !== undefined) collector.queryReceived(from, gossip.confirm, isDirect);
    collector.heldByOthers(dots);
    this.session.gossipMerged(from, gossip, { fresh: fresh.length, oldest, isDirect });
  }

  private handleGossipOk(from: MemberId, message: GossipOk): void {
    this.session.parentClaimed(from, message.up === true);
    this.session.gossipOkReceived(from);
    this.handleAck(from, message, message.ack);
    if (message.confirmed !== undefined) {
      this.deps.collector.repliesReceived(from, message.confirmed);
      // A reply out of turn is no downcast: what waits for the next one goes on waiting.
      if (message.round === undefined) return;
    }
    this.session.flushAfter(from);
  }

  private handleAck(from: MemberId, message: Gossip | GossipOk, ack: Acknowledgement | undefined): void {
    const delay = message.round === undefined ? 0 : this.session.scheduleReceived(from, message.round);
    if (ack === undefined) return;
    const isAsking = message.type === "gossip" && message.ask === true;
    const { incarnation } = this.deps.identity;
    if (ack.incarnation === incarnation) this.session.ackReceived(from, ack, { delay, isAsking });
    // The peer knows a later incarnation of this node, and so ignores this one.
    else if (ack.incarnation > incarnation) this.deps.refutation.refute(from, ack.incarnation);
    // The peer speaks to an earlier incarnation of this node, which has forgotten what the peer takes for known.
    else this.session.amnesiaDetected(from);
  }
}
