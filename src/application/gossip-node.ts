import type { AntiEntropy } from "../domain/anti-entropy/anti-entropy.js";
import type { Batcher } from "../domain/batching/batcher.js";
import type { StabilityDetector } from "../domain/batching/eager/stability-detector.js";
import type { Pacer } from "../domain/batching/pacer.js";
import type { DowncastTimeout } from "../domain/batching/rounds/downcast-timeout.js";
import type { InitialRttProbe } from "../domain/batching/rounds/initial-rtt-probe.js";
import type { RoundPacer } from "../domain/batching/rounds/round-pacer.js";
import { ACK_TIMER, MEMBERSHIP, PEER } from "../domain/config.js";
import type { DeltaTracker } from "../domain/delta/delta-tracker.js";
import type { Prober } from "../domain/delta/prober.js";
import type { RttEstimator } from "../domain/delta/rtt-estimator.js";
import type { AckTimer } from "../domain/failure/ack-timer.js";
import { Refutation } from "../domain/failure/refutation.js";
import type { TreeRepair } from "../domain/failure/tree-repair.js";
import type { Identity } from "../domain/identity.js";
import type { Acknowledgement, Digest, Gossip, GossipOk, PeerMessage, Probe, ProbeOk } from "../domain/messages.js";
import type { CancelTask, Clock } from "../domain/ports/clock.js";
import type { Journal } from "../domain/ports/journal.js";
import type { Log } from "../domain/ports/log.js";
import type { Random } from "../domain/ports/random.js";
import type { MemberId, Transport } from "../domain/ports/transport.js";
import type { Retention } from "../domain/retention/retention.js";
import type { Overlay } from "../domain/tree/overlay.js";
import type { Topology } from "../domain/tree/tree-builder.js";
import { type DotRange, isIncarnationOf } from "../domain/values/dot.js";
import type { JsonValue } from "../domain/values/json-value.js";
import type { DottedValue, ValueLog } from "../domain/values/value-log.js";
import { VersionVector } from "../domain/values/version-vector.js";
import type { AckCollector } from "../domain/write-concern/ack-collector.js";
import type { AckRouter } from "../domain/write-concern/ack-router.js";
import { LOCAL, type UnmetWriteConcern, type WriteConcern } from "../domain/write-concern/write-concern.js";
import type { BroadcastNode, NodeStatus } from "./broadcast-node.js";
import { Assembly } from "./wire/parts.js";
import { parsePeerMessage } from "./wire/peer-messages.js";

/** What works for a node once it knows its place in the tree. */
export interface Protocol {
  readonly rhythm: Pacer;
  readonly batcher: Batcher;
  readonly retransmitter: AckTimer;
  readonly antiEntropy: AntiEntropy;
  readonly roundTrips: RttEstimator;
  /** The rounds behind `rhythm`, if it has any. */
  readonly rounds: RoundPacer | undefined;
  readonly probes: Prober;
  readonly probe: InitialRttProbe | undefined;
  readonly downcasts: DowncastTimeout | undefined;
  readonly settlement: StabilityDetector | undefined;
  /** Where the tree may change when members do not answer: with rounds. */
  readonly succession: TreeRepair | undefined;
  /** Where old values are let go of. */
  readonly retention: Retention | undefined;
  readonly neighbourhood: Overlay;
  readonly inquiries: AckRouter;
}

/** A member of the cluster: hands what comes in to the domain's services in the right order, and nothing more. */
export class GossipNode implements BroadcastNode {
  private protocol: Protocol | undefined;
  private topology: Topology = new Map();
  /** Has the operator been told that the budget cannot be kept? Once is enough. */
  private warned = false;
  /** Ends the time in which this node waits for its topology. */
  private cancelStandBy: CancelTask | undefined;
  private hasStopped = false;
  private readonly supersession: Refutation;
  private readonly assembly = new Assembly();

  constructor(
    private readonly identity: Identity,
    private readonly transport: Transport,
    private readonly clock: Clock,
    random: Random,
    private readonly stderr: Log,
    private readonly log: ValueLog,
    private readonly tracker: DeltaTracker,
    private readonly journal: Journal,
    private readonly confirmation: AckCollector,
    /** Wires the protocol for a topology. */
    private readonly join: (topology: Topology) => Protocol,
    /** Is the tree made of the topology? Otherwise of the members alone. */
    private readonly followsTopology: boolean,
  ) {
    this.supersession = new Refutation(
      identity,
      transport,
      clock,
      random,
      stderr,
      () => this.close(),
      (incarnation) => this.renew(incarnation),
    );
  }

  standBy(): void {
    this.cancelStandBy = this.clock.schedule(MEMBERSHIP.topologyPatience, () => {
      this.stderr.line(
        `no topology came within ${MEMBERSHIP.topologyPatience / 1000} s of init: taking part without one`,
      );
      this.takePart();
    });
  }

  start(topology: Topology): void {
    this.topology = topology;
    if (this.protocol === undefined || this.followsTopology) this.takePart();
  }

  /** Joins the others from here on, or again if something has changed. */
  private takePart(): void {
    this.cancelStandBy?.();
    this.cancelStandBy = undefined;
    if (this.hasStopped || this.supersession.isWaiting) return;
    this.close();
    const protocol = this.join(this.topology);
    this.protocol = protocol;
    // The new protocol suspects nobody, so what it sends has to be acknowledged by every member.
    for (const [, state] of this.tracker.entries()) state.markAlive();
    const { antiEntropy, batcher, rhythm, probe } = protocol;
    antiEntropy.start();
    probe?.start();
    protocol.retention?.valuesArrived();
    this.confirmation.connect(protocol.inquiries);
    this.catchUp();
    // What clients brought before this node took part has waited long enough.
    const neighbours = rhythm.targets(undefined);
    for (const neighbour of neighbours) batcher.recompute(neighbour);
    this.resume(protocol, neighbours);
  }

  /** What left before the protocol was set up anew is still waited for; what is owed still has to be said. */
  private resume({ retransmitter, settlement }: Protocol, neighbours: readonly MemberId[]): void {
    for (const [member, state] of this.tracker.entries())
      if (neighbours.includes(member)) retransmitter.watch(member);
      else state.giveUpUntil(this.clock.now());
    settlement?.resume();
  }

  /** A member has spoken: all members are there, so this node may speak too. */
  private joinSpeaker(from: MemberId): void {
    if (this.followsTopology)
      this.stderr.line(`${from} spoke before a topology came: taking part without one until then`);
    this.takePart();
  }

  /** Others ignore this life of the node: it goes on as a later one, and compares with its neighbours. */
  private renew(incarnation: number): void {
    this.close();
    this.identity.startIncarnation(incarnation);
    this.journal.renew?.(incarnation);
    this.log.startIncarnation(this.identity.author);
    this.tracker.restartNumbering();
    this.takePart();
  }

  /** What an earlier life wrote down is mostly known everywhere: a digest tells what is not, and what this node missed. */
  private catchUp(): void {
    if (!this.identity.hasLivedBefore || this.protocol === undefined) return;
    const neighbours = this.protocol.rhythm.targets(undefined);
    // What came to this life while it waited for its topology is not among that.
    for (const neighbour of neighbours) this.tracker.of(neighbour).assume(this.log.recovered.runs());
    this.protocol.antiEntropy.syncAfterRestart(neighbours);
  }

  broadcast(value: JsonValue, answer: (shortfall?: UnmetWriteConcern) => void, assurance: WriteConcern = LOCAL): void {
    const now = this.clock.now();
    const isNew = this.log.accept(value, now);
    // Also for a value that was here before: its first broadcast may not be durable yet, or not everywhere.
    this.assure(value, isNew, assurance, answer);
    if (!isNew) return;
    this.protocol?.batcher.enqueue(undefined, 1, now);
    this.protocol?.retention?.valuesArrived();
  }

  private assure(
    value: JsonValue,
    isNew: boolean,
    assurance: WriteConcern,
    answer: (shortfall?: UnmetWriteConcern) => void,
  ): void {
    const { author, members } = this.identity;
    const nodes = assurance.nodes === "all" ? members.length : assurance.nodes;
    if (nodes <= 1) {
      this.journal.sync(() => answer());
      return;
    }
    const own = [author, this.log.known.max(author)] as const;
    const [by, number] = isNew ? own : (this.log.dotOf(value) ?? own);
    this.confirmation.await(by, number, assurance, answer);
  }

  values(): readonly JsonValue[] {
    return this.log.values();
  }

  dotted(): readonly DottedValue[] {
    return this.log.dotted();
  }

  has(value: JsonValue): boolean {
    return this.log.has(value);
  }

  status(): NodeStatus {
    const { self, members } = this.identity;
    const { neighbourhood, rhythm, roundTrips } = this.protocol ?? {};
    const suspects = neighbourhood?.suspects ?? [];
    const others = members.filter((member) => member !== self);
    return {
      root: members.find((member) => !suspects.includes(member)) ?? self,
      suspects,
      backlog: new Map(
        (rhythm?.targets(undefined) ?? []).map((neighbour) => [
          neighbour,
          this.tracker
            .of(neighbour)
            .delta(this.log.held)
            .reduce((sum, [, , count]) => sum + count, 0),
        ]),
      ),
      roundTrips: new Map(
        others.flatMap((member) => {
          const roundTrip = roundTrips?.to(member);
          return roundTrip === undefined ? [] : [[member, roundTrip] as const];
        }),
      ),
    };
  }

  regroup(members: readonly MemberId[]): void {
    const before = this.identity.members;
    const succession = this.protocol?.succession;
    for (const member of members) this.tracker.memberJoined(member);
    if (succession !== undefined) succession.membersChanged(members);
    else {
      this.identity.membersChanged(members);
      // Fixed windows know no rounds that could be disturbed.
      if (this.protocol !== undefined) this.takePart();
    }
    for (const member of before) if (!members.includes(member)) this.part(member);
    this.confirmation.membersChanged();
  }

  /** The member has left: what was known of it is dropped. */
  private part(member: MemberId): void {
    this.tracker.memberLeft(member, this.clock.now());
    this.assembly.forget(member);
    this.protocol?.roundTrips.forget(member);
    this.protocol?.probes.forget(member);
    this.protocol?.settlement?.memberLeft(member);
    this.supersession.memberLeft(member);
    this.confirmation.memberLeft(member);
  }

  receive(from: MemberId, body: unknown): void {
    const whole = this.assembly.take(from, body);
    if (whole === undefined) return;
    const message = parsePeerMessage(whole);
    if (typeof message === "string") this.stderr.line(`dropped a malformed message of ${from}: ${message}`);
    else this.handle(from, message);
  }

  stop(): void {
    this.hasStopped = true;
    this.cancelStandBy?.();
    this.supersession.close();
    this.protocol?.batcher.flushAll();
    this.close();
    this.confirmation.stop();
    this.journal.close();
  }

  private close(): void {
    this.confirmation.close();
    this.protocol?.batcher.cancelAll();
    this.protocol?.antiEntropy.close();
    this.protocol?.retransmitter.close();
    this.protocol?.settlement?.close();
    this.protocol?.probe?.close();
    this.protocol?.downcasts?.close();
    this.protocol?.succession?.close();
    this.protocol?.retention?.close();
    this.protocol = undefined;
  }

  /** Has this node not begun to take part, and may do so? */
  private get isIdle(): boolean {
    return this.protocol === undefined && !this.hasStopped && !this.supersession.isWaiting;
  }

  private handle(from: MemberId, message: PeerMessage): void {
    this.tracker.expire(this.clock.now());
    if (this.isIdle) this.joinSpeaker(from);
    // Nothing counts but what comes from the present life of its sender.
    const state = this.tracker.of(from);
    const encounter = state.observeIncarnation(message.incarnation);
    if (encounter === "stale") {
      if (this.protocol !== undefined && !this.tracker.isDeparted(from))
        this.supersession.staleReceived(from, state.knownIncarnation ?? message.incarnation);
      return;
    }
    if (this.tracker.isDeparted(from)) {
      this.handleLastWords(message);
      return;
    }
    this.protocol?.succession?.heardFrom(from);
    if (encounter === "reborn") {
      this.protocol?.settlement?.peerRestarted(from);
      this.confirmation.peerRestarted(from);
      this.protocol?.succession?.peerRestarted(from, message.type === "digest" && message.verify === true);
    }
    this.protocol?.antiEntropy.peerContacted();
    if (message.type === "probe") this.answerProbe(from, message);
    else if (message.type === "probe_ok") this.probeAnswered(from, message);
    else if (message.type === "gossip") this.handleGossip(from, message);
    else if (message.type === "gossip_ok") this.handleGossipOk(from, message);
    else if (message.type === "digest") this.handleDigest(from, message);
    else if (message.type === "stale") this.supersession.refute(from, message.known);
    else if (message.type === "holdings") this.protocol?.settlement?.reportReceived(from, message);
    else this.protocol?.settlement?.stableReceived(from, message);
  }

  /** A member that has left sent this before: its values count as any, and nothing is expected of it. */
  private handleLastWords(message: PeerMessage): void {
    if (message.type !== "gossip") return;
    const fresh = this.learn(message);
    if (fresh.length === 0) return;
    this.protocol?.retention?.valuesArrived();
    // Its author sends no more of them: who has missed one gets it from here.
    this.protocol?.batcher.enqueue(undefined, fresh.length, this.log.oldest(fresh));
    this.confirmation.heldByOthers(VersionVector.of(message.dots).meet(this.log.known));
  }

  /** Stores the values of a message; returns the dots of those that are new. */
  private learn({ dots, values, ages }: Gossip): DotRange[] {
    const now = this.clock.now();
    const travelled = this.oneWay();
    const acceptedAt = ages.map((age) => now - age - travelled);
    return this.log.merge(dots, values, acceptedAt);
  }

  private handleDigest(from: MemberId, message: Digest): void {
    this.protocol?.succession?.suspicionsReceived(from, message.suspects ?? []);
    if (message.verify === true) this.protocol?.succession?.digestExchanged(from);
    if (message.reborn === true) this.protocol?.succession?.recoverFromAmnesia();
    this.protocol?.antiEntropy.receive(from, message);
    this.protocol?.settlement?.digestReceived(from);
    this.confirmation.heldByOthers(VersionVector.fromWire(message.vector));
  }

  private answerProbe(from: MemberId, { incarnation: of, number }: Probe): void {
    if (this.protocol === undefined) return;
    this.transport.send(from, { type: "probe_ok", incarnation: this.identity.incarnation, of, number, held: 0 });
  }

  private probeAnswered(from: MemberId, message: ProbeOk): void {
    // If a later life of this node sent the probe, the member ignores this one.
    this.supersession.refute(from, message.of);
    const roundTrip = this.protocol?.probes.answered(from, message);
    if (roundTrip === undefined) return;
    this.protocol?.roundTrips.add(from, roundTrip);
    this.protocol?.probe?.rttMeasured();
  }

  private handleGossip(from: MemberId, gossip: Gossip): void {
    const now = this.clock.now();
    const state = this.tracker.of(from);
    // Numbers start at 1 for each life: the first ones were for another, or are lost.
    if (state.hasNothing && gossip.number > (gossip.first ?? 1)) this.protocol?.succession?.amnesiaDetected(from);
    const silence = state.silence(now);
    state.receive(gossip.number, gossip.base, now);
    this.protocol?.succession?.parentClaimed(from, gossip.up === true);
    if (gossip.plan !== undefined) this.protocol?.rounds?.upcastArrived(gossip.plan);
    const delay = this.heard(from, gossip);
    if (gossip.ack !== undefined) this.acknowledged(from, gossip.ack, now, delay, gossip.ask);
    const fresh = this.learn(gossip);
    const oldest = this.log.oldest(fresh);
    const dots = VersionVector.of(gossip.dots).meet(this.log.known);
    // What is not known here even now was said in this node's own name, and is not so.
    state.confirm(dots.runs());
    if (gossip.ask === true) this.protocol?.rounds?.ackRequested();
    if (gossip.values.length > 0) state.owesAnswer = true;
    // An answer that gets lost is asked for: it need not be acknowledged.
    if (gossip.answer !== true || gossip.ask === true) state.owedSince ??= now;
    // What is missing after a long silence fell to an outage, which is over.
    if (state.gapSince === now && silence < PEER.outage) this.protocol?.rounds?.lossDetected();
    // Nobody sends another's values to everyone: such a claim would keep them from those who wait for them here.
    const isDirect = gossip.direct === true && gossip.dots.every(([author]) => isIncarnationOf(from, author));
    if (isDirect)
      for (const member of this.identity.members) if (member !== from) this.tracker.of(member).assume(dots.runs());
    if (gossip.confirmed !== undefined) this.confirmation.repliesReceived(from, gossip.confirmed);
    // Before anything leaves: what is passed on takes the question along.
    if (gossip.confirm !== undefined) this.confirmation.queryReceived(from, gossip.confirm, isDirect);
    this.confirmation.heldByOthers(dots);
    if (this.protocol === undefined) return;
    const { batcher, rhythm, settlement, retention } = this.protocol;
    if (fresh.length > 0) retention?.valuesArrived();
    if (!rhythm.piggybacksAcks) batcher.sendAck(from);
    if (fresh.length > 0 && !isDirect) batcher.enqueue(from, fresh.length, oldest);
    if (isDirect) settlement?.gossipReceived();
    else batcher.schedule(from);
    for (const neighbour of rhythm.flushAfter(from)) batcher.flush(neighbour);
    this.protocol.downcasts?.received(from, gossip.values.length > 0 ? gossip.round : undefined);
    if (gossip.ask === true) batcher.flush(from);
    // Who speaks of its rounds takes this node for its child: if that is a mistake it should know soon.
    else if (gossip.round !== undefined && !rhythm.isParent(from)) batcher.sendAck(from);
  }

  private handleGossipOk(from: MemberId, message: GossipOk): void {
    this.protocol?.succession?.parentClaimed(from, message.up === true);
    this.protocol?.downcasts?.received(from);
    const delay = this.heard(from, message);
    this.acknowledged(from, message.ack, this.clock.now(), delay);
    if (message.confirmed !== undefined) {
      this.confirmation.repliesReceived(from, message.confirmed);
      // An answer out of turn is no downcast: what waits for the next one goes on waiting.
      if (message.round === undefined) return;
    }
    for (const neighbour of this.protocol?.rhythm.flushAfter(from) ?? []) this.protocol?.batcher.flush(neighbour);
  }

  /** Takes in what a message says of the rounds; returns by how much it was held up on its way, in ms. */
  private heard(from: MemberId, { round }: Gossip | GossipOk): number {
    const rounds = this.protocol?.rounds;
    if (round === undefined || rounds === undefined || this.protocol === undefined) return 0;
    this.protocol.succession?.suspicionsReceived(from, round.suspects ?? []);
    const delay = rounds.scheduleReceived(from, round);
    this.warnOfBudget();
    this.protocol.batcher.reschedule(from);
    return delay;
  }

  private acknowledged(from: MemberId, ack: Acknowledgement, now: number, delay: number, asked = false): void {
    const { incarnation } = this.identity;
    if (ack.incarnation > incarnation) {
      // The member knows a later life of this node, and so ignores this one.
      this.supersession.refute(from, ack.incarnation);
      return;
    }
    if (ack.incarnation < incarnation) {
      // It speaks to an earlier life of this node, which has forgotten what the neighbour takes for known.
      this.remembered(from);
      return;
    }
    if (this.protocol === undefined) return;
    const { batcher, retransmitter, rhythm, rounds, roundTrips } = this.protocol;
    // Who asks has waited already for what should have come.
    const patience = asked ? (roundTrips.to(from) ?? 0) : ACK_TIMER.lossMargin * rhythm.answerTime(from);
    const { roundTrip, lost, overtaken } = this.tracker.of(from).acknowledged(ack, now, patience);
    // A downcast's own delay is not the upcast's: its schedule counts from the quickest downcasts.
    if (roundTrip !== undefined) roundTrips.add(from, roundTrip - delay);
    this.warnOfBudget();
    retransmitter.ackReceived(from);
    if (overtaken > 0) rounds?.lossDetected();
    if (lost === 0) return;
    // Where many messages get lost the next round may be too late.
    if (rhythm.isLossy) batcher.resend(from);
    else batcher.recompute(from);
  }

  /** The member has spoken to an earlier life of this node. */
  private remembered(member: MemberId): void {
    this.protocol?.succession?.amnesiaDetected(member);
    this.protocol?.succession?.recoverFromAmnesia();
  }

  private warnOfBudget(): void {
    const problem = this.protocol?.rounds?.infeasibility();
    if (problem === undefined || this.warned) return;
    this.warned = true;
    this.stderr.line(problem);
  }

  private oneWay(): number {
    return (this.protocol?.roundTrips.typical() ?? 0) / 2;
  }
}
