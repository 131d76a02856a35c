import type { AntiEntropy } from "../anti-entropy/anti-entropy.js";
import type { Batcher } from "../batching/batcher.js";
import type { Stability } from "../batching/eager/stability.js";
import type { Pacer } from "../batching/pacer.js";
import type { BudgetWarning } from "../batching/rounds/budget-warning.js";
import type { Rounds } from "../batching/rounds/rounds.js";
import { ACK_TIMER } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { Prober } from "../delta/prober.js";
import type { RttEstimator } from "../delta/rtt-estimator.js";
import type { AckTimer } from "../failure/ack-timer.js";
import type { Refutation } from "../failure/refutation.js";
import type { RelayCheck } from "../failure/relay-check.js";
import type { TreeMaintenance } from "../failure/tree-maintenance.js";
import type { Identity } from "../identity/identity.js";
import type {
  Acknowledgement,
  Digest,
  Gossip,
  Probe,
  ProbeOk,
  RoundSchedule,
  StabilityReport,
  StableVector,
  Summary,
  UpcastPlan,
} from "../messages.js";
import type { Clock } from "../ports/clock.js";
import type { MemberId, Transport } from "../ports/transport.js";
import type { Retention } from "../retention/retention.js";
import type { Overlay } from "../tree/overlay.js";
import type { ValueLog } from "../values/value-log.js";
import type { AckCollector } from "../write-concern/ack-collector.js";
import type { AckRouter } from "../write-concern/ack-router.js";
import type { AckArrival, Contact, Merged, Session } from "./session.js";

interface ActiveSessionDeps {
  readonly identity: Identity;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly overlay: Overlay;
  readonly pacer: Pacer;
  readonly batcher: Batcher;
  readonly rounds: Rounds;
  readonly rtt: RttEstimator;
  readonly prober: Prober;
  readonly ackTimer: AckTimer;
  readonly antiEntropy: AntiEntropy;
  readonly stability: Stability;
  readonly tree: TreeMaintenance;
  readonly relayCheck: RelayCheck;
  readonly retention: Retention;
  readonly refutation: Refutation;
  readonly budgetWarning: BudgetWarning;
  readonly collector: AckCollector;
  readonly router: AckRouter;
}

/** The session of a node that takes part. It passes each event to the services in the right order. */
export class ActiveSession implements Session {
  constructor(private readonly deps: ActiveSessionDeps) {}

  get root(): MemberId {
    return this.deps.overlay.root;
  }

  get suspects(): readonly MemberId[] {
    return this.deps.overlay.suspects;
  }

  get targets(): readonly MemberId[] {
    return this.deps.pacer.targets(undefined);
  }

  get confirming(): readonly MemberId[] {
    return [...new Set([...this.targets, ...this.deps.overlay.bypassedNeighbours])];
  }

  get oneWay(): number {
    return (this.deps.rtt.typical() ?? 0) / 2;
  }

  rttTo(member: MemberId): number | undefined {
    return this.deps.rtt.measuredTo(member);
  }

  start(): void {
    const { antiEntropy, rounds, retention, collector, router, batcher } = this.deps;
    antiEntropy.start();
    rounds.start();
    retention.valuesArrived();
    collector.connect(router);
    this.catchUp();
    // Values that clients broadcast before this node took part are sent now.
    for (const target of this.targets) batcher.recompute(target);
    this.resume();
  }

  /**
   * Catches up after a restart. Values from the journal are assumed to be everywhere; digests show the exceptions, and
   * what this node has missed.
   */
  private catchUp(): void {
    const { identity, peers, values, antiEntropy } = this.deps;
    if (!identity.hasLivedBefore) return;
    // Values that this incarnation received before the session are not part of the assumption.
    for (const target of this.targets) peers.of(target).assume(values.recovered.ranges());
    antiEntropy.syncAfterRestart(this.targets);
  }

  /**
   * Takes over from the previous session: acknowledgements of its messages are still awaited, and those that this node
   * owes are still sent.
   */
  private resume(): void {
    const { peers, ackTimer, clock, stability } = this.deps;
    const targets = this.targets;
    for (const [member, peer] of peers.active())
      if (targets.includes(member)) ackTimer.watch(member);
      else peer.giveUpUntil(clock.now());
    stability.resume();
  }

  enqueue(count: number, oldest: number): void {
    this.deps.batcher.enqueue(undefined, count, oldest);
    this.deps.antiEntropy.valuesCame();
    this.deps.retention.valuesArrived();
  }

  retentionChanged(): void {
    this.deps.retention.valuesArrived();
  }

  get awaitedDigests(): readonly MemberId[] {
    return this.deps.antiEntropy.awaitedDigests;
  }

  compareWith(members: readonly MemberId[]): void {
    this.deps.antiEntropy.requestDigests(members, 0);
  }

  probe(members: readonly MemberId[]): void {
    for (const member of members) this.deps.tree.probe(member);
  }

  staleReceived(member: MemberId, known: number): void {
    this.deps.refutation.staleReceived(member, known);
  }

  heardFrom(member: MemberId, { isTraffic, restart }: Contact): void {
    const { tree, stability, antiEntropy, batcher } = this.deps;
    batcher.messageReceived();
    tree.heardFrom(member);
    if (restart !== undefined) {
      stability.peerRestarted(member);
      tree.peerRestarted(member, restart.isComparing);
    }
    if (isTraffic) antiEntropy.heardFrom(member);
  }

  amnesiaSuspected(member: MemberId): void {
    this.deps.tree.amnesiaDetected(member);
  }

  amnesiaDetected(member: MemberId): void {
    this.deps.tree.amnesiaDetected(member);
    this.deps.tree.recoverFromAmnesia();
  }

  parentClaimed(member: MemberId, asParent: boolean): void {
    this.deps.tree.parentClaimed(member, asParent);
  }

  upcastArrived(plan: UpcastPlan): void {
    this.deps.rounds.upcastArrived(plan);
  }

  scheduleReceived(from: MemberId, schedule: RoundSchedule): number {
    const { tree, rounds, batcher } = this.deps;
    tree.suspicionsReceived(from, schedule);
    const delay = rounds.scheduleReceived(from, schedule);
    this.checkBudget();
    batcher.reschedule(from);
    return delay;
  }

  ackReceived(from: MemberId, ack: Acknowledgement, { delay, isRequest }: AckArrival): void {
    const { peers, pacer, rtt, rounds, ackTimer, batcher, clock, relayCheck } = this.deps;
    // A peer that requests an acknowledgement has waited for this node's messages long enough already.
    const patience = isRequest ? (rtt.to(from) ?? 0) : ACK_TIMER.lossMargin * pacer.answerTime(from);
    const { roundTrip, lost, overtaken, answersUpcast } = peers.of(from).acknowledged(ack, clock.now(), patience);
    // The delay of a downcast is not part of the round trip: the schedule is based on the fastest downcasts.
    if (roundTrip !== undefined) rtt.add(from, roundTrip - delay);
    this.checkBudget();
    ackTimer.ackReceived(from);
    if (answersUpcast) relayCheck.requestAnswered(from);
    if (overtaken > 0) rounds.lossDetected();
    if (lost === 0) return;
    // While many messages get lost, the next round may be too late.
    if (pacer.isLossy) batcher.resend(from);
    else batcher.recompute(from);
  }

  ackRequested(): void {
    this.deps.rounds.ackRequested();
  }

  lossDetected(): void {
    this.deps.rounds.lossDetected();
  }

  gossipMerged(from: MemberId, gossip: Gossip, { fresh, oldest, isDirect }: Merged): void {
    const { retention, pacer, batcher, stability, rounds, antiEntropy } = this.deps;
    if (fresh > 0) {
      antiEntropy.valuesCame(from);
      retention.valuesArrived();
    }
    if (!pacer.piggybacksAcks) batcher.sendAck(from);
    if (fresh > 0 && !isDirect) batcher.enqueue(from, fresh, oldest);
    if (isDirect) stability.gossipReceived();
    else batcher.schedule(from);
    this.flushAfter(from);
    rounds.downcastReceived(from, gossip.values.length > 0 ? gossip.round : undefined);
    if (gossip.ask === true) batcher.flush(from);
    // A member that announces its rounds sees this node as its child. If that is wrong, this acknowledgement corrects it soon.
    else if (gossip.round !== undefined && !pacer.isParent(from)) batcher.sendAck(from);
  }

  gossipOkReceived(from: MemberId): void {
    this.deps.rounds.downcastReceived(from);
  }

  flushAfter(from: MemberId): void {
    for (const child of this.deps.pacer.flushAfter(from)) this.deps.batcher.flush(child);
  }

  digestReceived(from: MemberId, digest: Digest): void {
    const { tree, antiEntropy, stability } = this.deps;
    tree.suspicionsReceived(from, digest);
    if (digest.verify === true) tree.digestExchanged(from);
    if (digest.reborn === true) tree.recoverFromAmnesia();
    antiEntropy.receive(from, digest);
    stability.digestReceived(from);
  }

  summaryReceived(from: MemberId, summary: Summary): void {
    const { tree, antiEntropy, stability } = this.deps;
    tree.suspicionsReceived(from, summary);
    if (summary.verify === true) tree.digestExchanged(from);
    if (summary.reborn === true) tree.recoverFromAmnesia();
    if (antiEntropy.summaryReceived(from, summary)) stability.digestReceived(from);
  }

  reportReceived(from: MemberId, report: StabilityReport): void {
    this.deps.stability.reportReceived(from, report);
  }

  stableReceived(from: MemberId, stable: StableVector): void {
    this.deps.stability.stableReceived(from, stable);
  }

  probeReceived(from: MemberId, { incarnation: of, number, summaries }: Probe): void {
    const { incarnation } = this.deps.identity;
    if (summaries === true) this.deps.peers.of(from).readsSummaries = true;
    const answer = summaries === true ? { summaries } : {};
    this.deps.transport.send(from, { type: "probe_ok", incarnation, of, number, held: 0, ...answer });
  }

  probeAnswered(from: MemberId, answer: ProbeOk): void {
    const { prober, rtt, rounds, antiEntropy } = this.deps;
    antiEntropy.probeAnswered(from, answer);
    const roundTrip = prober.answered(from, answer);
    if (roundTrip === undefined) return;
    rtt.add(from, roundTrip);
    rounds.rttMeasured();
  }

  membersChanged(members: readonly MemberId[]): "adapted" | "rebuild" {
    return this.deps.tree.membersChanged(members);
  }

  memberLeft(): void {
    this.deps.stability.memberLeft();
  }

  flushAll(): void {
    this.deps.batcher.flushAll();
  }

  close(): void {
    const { antiEntropy, stability, rounds, tree, relayCheck, retention } = this.deps;
    antiEntropy.close();
    stability.close();
    rounds.close();
    tree.close();
    relayCheck.close();
    retention.close();
  }

  private checkBudget(): void {
    this.deps.budgetWarning.check(this.deps.rounds.infeasibility());
  }
}
