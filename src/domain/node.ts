import { MEMBERSHIP } from "./config.js";
import type { DeltaTracker } from "./delta/delta-tracker.js";
import { LagMeter } from "./delta/lag-meter.js";
import { RestTimer } from "./delta/rest-timer.js";
import type { Refutation } from "./failure/refutation.js";
import { GossipPipeline } from "./gossip-pipeline.js";
import type { Identity } from "./identity/identity.js";
import { topologyLate, topologyMissing } from "./log/events.js";
import type { PeerMessage } from "./messages.js";
import type { BroadcastNode, NodeStatus } from "./ports/broadcast-node.js";
import type { CancelTask, Clock } from "./ports/clock.js";
import type { Journal } from "./ports/journal.js";
import type { Log } from "./ports/log.js";
import type { MessageDecoder } from "./ports/message-decoder.js";
import type { MemberId } from "./ports/transport.js";
import type { Readiness } from "./readiness.js";
import { IdleSession } from "./session/idle-session.js";
import type { Session } from "./session/session.js";
import type { Topology } from "./tree/tree-builder.js";
import { type DotRange, dotCount } from "./values/dot.js";
import type { JsonValue } from "./values/json-value.js";
import type { DottedValue, ValueLog } from "./values/value-log.js";
import { VersionVector, type WireVector } from "./values/version-vector.js";
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
  readonly readiness: Readiness;
  /** Builds a session for a topology; `undefined` if the tree is built from the members alone. */
  readonly openSession: (topology: Topology | undefined) => Session;
}

/**
 * The state machine of a member: it takes requests of clients and messages of members, and calls the domain's services
 * in the right order. It stands by until it may send, then has a session for each topology, pauses while other members
 * ignore its incarnation, and stops.
 */
export class GossipNode implements BroadcastNode {
  private session: Session;
  /** The session while the node does not take part in the cluster. */
  private readonly idle: Session;
  /** Members that this node had begun to compare with when its session ended, for the next incarnation. */
  private readonly toCompare: MemberId[] = [];
  private readonly pipeline: GossipPipeline;
  private readonly lagMeter: LagMeter;
  private readonly restTimer: RestTimer;
  private topology: Topology = new Map();
  /** Stops the timer that ends the wait for a topology. */
  private cancelStandBy: CancelTask | undefined;
  private hasStopped = false;

  /** @param followsTopology whether the tree is built from the topology; otherwise from the members alone */
  constructor(
    private readonly deps: GossipNodeDeps,
    private readonly followsTopology: boolean,
  ) {
    this.idle = new IdleSession(deps);
    this.session = this.idle;
    this.pipeline = new GossipPipeline(deps, () => this.session);
    this.lagMeter = new LagMeter(deps);
    this.restTimer = new RestTimer(deps);
  }

  standBy(): void {
    this.cancelStandBy = this.deps.clock.schedule(MEMBERSHIP.topologyPatience, () => {
      this.deps.log.event(topologyMissing({ patience: MEMBERSHIP.topologyPatience }));
      this.takePart();
    });
  }

  start(topology: Topology): void {
    this.topology = topology;
    this.noteIfAlone();
    if (!this.takesPart || this.followsTopology) this.takePart();
  }

  /** Other members ignore this node until it has a new incarnation, so it stops sending. */
  pause(): void {
    this.toCompare.push(...this.session.awaitedDigests);
    this.endSession();
  }

  /**
   * Other members ignore this incarnation. The node continues with a new one, and compares with its neighbours and with those
   * that its last messages may not have reached: others rely on values that this node sends to everyone.
   */
  startIncarnation(incarnation: number): void {
    const { identity, journal, values, peers } = this.deps;
    this.pause();
    identity.startIncarnation(incarnation);
    journal.renew?.(incarnation);
    values.startIncarnation(identity.actor);
    // A comparison that an earlier incarnation has begun is still due.
    const unsettled = new Set([...peers.restartNumbering(), ...this.toCompare.splice(0)]);
    this.takePart();
    this.session.compareWith([...unsettled]);
  }

  stop(): void {
    this.hasStopped = true;
    this.cancelStandBy?.();
    this.deps.refutation.close();
    this.restTimer.close();
    this.session.flushAll();
    this.endSession();
    this.deps.collector.stop();
    this.deps.journal.close();
  }

  broadcast(value: JsonValue, answer: (unmet?: UnmetWriteConcern) => void, concern: WriteConcern = LOCAL): void {
    const now = this.deps.clock.now();
    const isNew = this.deps.values.accept(value, now);
    // This also applies to a value that is already here: its first broadcast may not be durable yet, or not everywhere.
    this.awaitConcern(value, isNew, concern, answer);
    if (isNew) this.session.enqueue(1, now);
  }

  confirmLatest(answer: (unmet?: UnmetWriteConcern) => void, concern: WriteConcern): void {
    const { identity, values, journal, collector } = this.deps;
    const latest = values.known.max(identity.actor);
    if (concern.nodes === 1 || latest === 0) journal.sync(() => answer());
    else collector.await(identity.actor, latest, concern, answer);
  }

  probe(members: readonly MemberId[]): void {
    this.session.probe(members);
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

  gone(): readonly DotRange[] {
    return this.deps.values.gone();
  }

  retentionChanged(): void {
    this.session.retentionChanged();
  }

  view(): Pick<NodeStatus, "root" | "suspects"> {
    const { root, suspects } = this.session;
    return { root, suspects };
  }

  status(): NodeStatus {
    const { identity, peers, values } = this.deps;
    const { root, suspects, targets, confirming } = this.session;
    return {
      root,
      suspects,
      backlog: new Map(targets.map((member) => [member, dotCount(peers.delta(member, values.held))])),
      roundTrips: new Map(
        identity.others.flatMap((member) => {
          const roundTrip = this.session.rttTo(member);
          return roundTrip === undefined ? [] : [[member, roundTrip] as const];
        }),
      ),
      lags: this.lagMeter.lagsOf(confirming),
    };
  }

  regroup(members: readonly MemberId[]): void {
    const before = this.deps.identity.members;
    for (const member of members) this.deps.peers.memberJoined(member);
    if (this.session.membersChanged(members) === "rebuild") this.takePart();
    this.noteIfAlone();
    for (const member of before) if (!members.includes(member)) this.memberLeft(member);
    this.deps.collector.membersChanged();
  }

  receive(from: MemberId, body: unknown): void {
    if (this.hasStopped) return;
    const message = this.deps.decoder.decode(from, body);
    if (message !== undefined) this.handle(from, message);
  }

  private get takesPart(): boolean {
    return this.session !== this.idle;
  }

  private get mayTakePart(): boolean {
    return !this.hasStopped && !this.deps.refutation.isWaiting;
  }

  private noteIfAlone(): void {
    if (this.deps.identity.everyoneElse.length === 0) this.deps.readiness.isAlone();
  }

  /** Starts a session, or a new one after a change. */
  private takePart(): void {
    this.cancelStandBy?.();
    this.cancelStandBy = undefined;
    if (!this.mayTakePart) return;
    this.endSession();
    this.session = this.deps.openSession(this.followsTopology ? this.topology : undefined);
    this.session.start();
  }

  private endSession(): void {
    this.deps.collector.close();
    this.session.close();
    this.deps.peers.endSession();
    this.session = this.idle;
  }

  /** A member has sent a message, which shows that all members are running, so this node may send too. */
  private joinSpeaker(from: MemberId): void {
    if (!this.mayTakePart) return;
    if (this.followsTopology) this.deps.log.event(topologyLate({ member: from }));
    this.takePart();
  }

  private awaitConcern(
    value: JsonValue,
    isNew: boolean,
    concern: WriteConcern,
    answer: (unmet?: UnmetWriteConcern) => void,
  ): void {
    const { identity, values, journal, collector } = this.deps;
    const { actor, members } = identity;
    const nodes = concern.nodes === "all" ? members.length : concern.nodes;
    if (nodes <= 1) {
      journal.sync(() => answer());
      return;
    }
    const own = [actor, values.known.max(actor)] as const;
    const [by, number] = isNew ? own : (values.dotOf(value) ?? own);
    collector.await(by, number, concern, answer);
  }

  /** Drops the state of a departed member. */
  private memberLeft(member: MemberId): void {
    const { peers, clock, decoder } = this.deps;
    peers.memberLeft(member, clock.now());
    decoder.forget(member);
    this.session.memberLeft();
  }

  private handle(from: MemberId, message: PeerMessage): void {
    const { peers, clock, collector } = this.deps;
    peers.expire(clock.now());
    this.restTimer.messageReceived();
    if (!this.takesPart) this.joinSpeaker(from);
    // Only the latest incarnation of a member counts.
    const peer = peers.of(from);
    const change = peer.observeIncarnation(message.incarnation);
    if (change === "stale") {
      if (peers.isDeparted(from)) return;
      // If both ignore each other, no message but this one can tell them.
      if (message.type === "stale") this.deps.refutation.refute(from, message.known);
      this.session.staleReceived(from, peer.knownIncarnation ?? message.incarnation);
    } else if (peers.isDeparted(from)) this.pipeline.lastWordsReceived(message);
    else {
      const hasRestarted = change === "restarted";
      if (hasRestarted) collector.peerRestarted(from);
      const isTraffic = message.type === "gossip" || message.type === "gossip_ok";
      const isComparing = (message.type === "digest" || message.type === "summary") && message.verify === true;
      this.session.heardFrom(from, { isTraffic, ...(hasRestarted && { restart: { isComparing } }) });
      this.dispatch(from, message);
      this.deps.readiness.check(this.deps.values.known);
    }
  }

  /** Another member has these values; if `isPart`, they are some of its values. */
  private compared(wire: WireVector, isPart = false): void {
    const vector = VersionVector.fromWire(wire);
    this.deps.collector.heldByOthers(vector);
    this.deps.readiness.compared(vector, this.deps.values.known, isPart);
  }

  private dispatch(from: MemberId, message: PeerMessage): void {
    switch (message.type) {
      case "gossip":
        this.pipeline.gossipReceived(from, message);
        break;
      case "gossip_ok":
        this.pipeline.gossipOkReceived(from, message);
        break;
      case "digest":
        this.session.digestReceived(from, message);
        this.compared(message.vector);
        break;
      case "summary":
        this.session.summaryReceived(from, message);
        for (const known of message.known) if (known !== null && typeof known !== "number") this.compared(known, true);
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
        break;
      default:
        // The compiler notices a type of message that has no case.
        message satisfies never;
    }
  }
}
