import { Container, type ServiceIdentifier } from "inversify";
import { openNoJournal } from "../adapters/no-journal/no-journal.js";
import type { BroadcastNode, ClusterView, ReplicaOptions } from "../application/broadcast-node.js";
import { DividingTransport } from "../application/dividing-transport.js";
import { GossipNode, type Protocol } from "../application/gossip-node.js";
import type { ProtocolSettings } from "../application/settings/protocol-settings.js";
import { requireRoomyMessages } from "../application/wire/value-size.js";
import { AntiEntropy, type AntiEntropyPace } from "../domain/anti-entropy/anti-entropy.js";
import { Batcher } from "../domain/batching/batcher.js";
import { BudgetPacer } from "../domain/batching/budget-pacer.js";
import { EagerPacer } from "../domain/batching/eager/eager-pacer.js";
import { StabilityDetector } from "../domain/batching/eager/stability-detector.js";
import type { Pacer } from "../domain/batching/pacer.js";
import { DowncastTimeout } from "../domain/batching/rounds/downcast-timeout.js";
import { AdaptiveGuard, FixedGuard, type Guard, ObservedClock } from "../domain/batching/rounds/guard.js";
import { InitialRttProbe } from "../domain/batching/rounds/initial-rtt-probe.js";
import { RoundPacer } from "../domain/batching/rounds/round-pacer.js";
import { WindowPacer } from "../domain/batching/window/window-pacer.js";
import { ANTI_ENTROPY, EAGER, HEALING_TIME, WRITE_CONCERN } from "../domain/config.js";
import { DeltaTracker } from "../domain/delta/delta-tracker.js";
import { Prober } from "../domain/delta/prober.js";
import { RttEstimator } from "../domain/delta/rtt-estimator.js";
import { AckTimer } from "../domain/failure/ack-timer.js";
import { FailureDetector } from "../domain/failure/failure-detector.js";
import { TreeRepair } from "../domain/failure/tree-repair.js";
import { Identity } from "../domain/identity.js";
import type { Clock } from "../domain/ports/clock.js";
import type { Journal, OpenJournal } from "../domain/ports/journal.js";
import type { Log } from "../domain/ports/log.js";
import type { Random } from "../domain/ports/random.js";
import type { MemberId, Transport } from "../domain/ports/transport.js";
import { Retention } from "../domain/retention/retention.js";
import { Overlay } from "../domain/tree/overlay.js";
import { type Topology, TreeBuilder, type TreePosition } from "../domain/tree/tree-builder.js";
import { ValueLog } from "../domain/values/value-log.js";
import { AckCollector } from "../domain/write-concern/ack-collector.js";
import { AckRouter } from "../domain/write-concern/ack-router.js";

/** What a node is composed of besides its settings: one implementation of each port. */
export interface NodePorts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Where the node writes down what it knows; nowhere, if absent. */
  readonly openJournal?: OpenJournal;
}

const token = <T>(name: string): ServiceIdentifier<T> => Symbol.for(`tidecast.${name}`);

const tokens = {
  settings: token<ProtocolSettings>("ProtocolSettings"),
  transport: token<Transport>("Transport"),
  clock: token<Clock>("Clock"),
  random: token<Random>("Random"),
  log: token<Log>("Log"),
  keeping: token<ReplicaOptions>("Keeping"),
  identity: token<Identity>("Identity"),
  journal: token<Journal>("Journal"),
  treeBuilder: token<TreeBuilder>("TreeBuilder"),
  valueLog: token<ValueLog>("ValueLog"),
  deltaTracker: token<DeltaTracker>("DeltaTracker"),
  confirmation: token<AckCollector>("Confirmation"),
  join: token<(topology: Topology) => Protocol>("join"),
  node: token<BroadcastNode>("BroadcastNode"),
  neighbourhood: token<Overlay>("Neighbourhood"),
  liveness: token<FailureDetector>("Liveness"),
  succession: token<TreeRepair | undefined>("Succession"),
  retention: token<Retention | undefined>("Retention"),
  roundTrips: token<RttEstimator>("RoundTrips"),
  guard: token<Guard>("Guard"),
  eagerRhythm: token<EagerPacer>("EagerRhythm"),
  rounds: token<RoundPacer | undefined>("RoundRhythm"),
  rhythm: token<Pacer>("Rhythm"),
  batcher: token<Batcher>("Batcher"),
  retransmitter: token<AckTimer>("Retransmitter"),
  antiEntropy: token<AntiEntropy>("AntiEntropy"),
  probes: token<Prober>("Probes"),
  probe: token<InitialRttProbe | undefined>("RoundProbe"),
  downcasts: token<DowncastTimeout | undefined>("DowncastWatch"),
  settlement: token<StabilityDetector | undefined>("Settlement"),
  inquiries: token<AckRouter>("Inquiries"),
};

/**
 * Composes a member of a cluster.
 * @param incarnation has to be larger in each later life of the same member
 * @throws {InvalidOptions} if the messages of the transport are too small
 */
export function composeBroadcastNode(
  settings: ProtocolSettings,
  ports: NodePorts,
  { self, members }: ClusterView,
  incarnation: number,
  keeping: ReplicaOptions = {},
): BroadcastNode {
  requireRoomyMessages("composeBroadcastNode", ports.transport);
  const container = new Container({ defaultScope: "Singleton" });
  container.bind(tokens.settings).toConstantValue(settings);
  container.bind(tokens.transport).toConstantValue(new DividingTransport(ports.transport, incarnation));
  const guard = settings.guard === "auto" ? new AdaptiveGuard(ports.clock) : new FixedGuard(settings.guard);
  container.bind(tokens.guard).toConstantValue(guard);
  container.bind(tokens.clock).toConstantValue(new ObservedClock(ports.clock, guard));
  container.bind(tokens.random).toConstantValue(ports.random);
  container.bind(tokens.log).toConstantValue(ports.log);
  const opened = (ports.openJournal ?? openNoJournal)(self, incarnation);
  for (const problem of opened.problems) ports.log.line(problem);
  container.bind(tokens.journal).toConstantValue(opened.journal);
  container
    .bind(tokens.identity)
    .toConstantValue(new Identity(self, members, opened.incarnation, opened.hasLivedBefore));
  container.bind(tokens.treeBuilder).toResolvedValue(({ fanOut }) => new TreeBuilder(fanOut), [tokens.settings]);
  container.bind(tokens.valueLog).toResolvedValue(
    ({ author }, journal, clock) => {
      const { allowDuplicates = false, delivered, missed } = keeping;
      const log = new ValueLog(author, (by, number, value) => journal.append({ author: by, number, value }), {
        countsEqual: allowDuplicates,
        whenDurable: (task) => journal.sync(task),
        ...(delivered && { delivered }),
        ...(missed && { missed }),
        forgotten: (dots) => journal.forget?.(dots),
      });
      log.recover(opened.records, clock.now(), opened.gone);
      return log;
    },
    [tokens.identity, tokens.journal, tokens.clock],
  );
  container.bind(tokens.keeping).toConstantValue(keeping);
  container.bind(tokens.deltaTracker).toResolvedValue(() => new DeltaTracker(), []);
  container
    .bind(tokens.confirmation)
    .toResolvedValue(
      (identity, clock, log, tracker, journal) => new AckCollector(identity, clock, log, tracker, journal),
      [tokens.identity, tokens.clock, tokens.valueLog, tokens.deltaTracker, tokens.journal],
    );
  container.bind(tokens.join).toConstantValue((topology) => composeProtocol(container, topology));
  container
    .bind(tokens.node)
    .toResolvedValue(
      (identity, transport, clock, random, log, valueLog, tracker, journal, confirmation, join, { tree }) =>
        new GossipNode(
          identity,
          transport,
          clock,
          random,
          log,
          valueLog,
          tracker,
          journal,
          confirmation,
          join,
          tree === "topology",
        ),
      [
        tokens.identity,
        tokens.transport,
        tokens.clock,
        tokens.random,
        tokens.log,
        tokens.valueLog,
        tokens.deltaTracker,
        tokens.journal,
        tokens.confirmation,
        tokens.join,
        tokens.settings,
      ],
    );
  return container.get(tokens.node);
}

/** Composes what depends on the node's place in the tree: anew for each topology, on the same values and knowledge of neighbours. */
function composeProtocol(parent: Container, topology: Topology): Protocol {
  const container = new Container({ parent, defaultScope: "Singleton" });
  container
    .bind(tokens.neighbourhood)
    .toResolvedValue(
      (builder, { members, self }, { tree }) =>
        new Overlay(members, self, (everyone, member) =>
          tree === "topology" ? builder.spanning(everyone, topology, member) : builder.balanced(everyone, member),
        ),
      [tokens.treeBuilder, tokens.identity, tokens.settings],
    );
  container.bind(tokens.roundTrips).toResolvedValue((clock) => new RttEstimator(clock), [tokens.clock]);
  container
    .bind(tokens.eagerRhythm)
    .toResolvedValue(
      (identity, settings) => new EagerPacer(identity, 2 * settlementDelayOf(settings) + EAGER.lossSlack),
      [tokens.identity, tokens.settings],
    );
  container
    .bind(tokens.rounds)
    .toResolvedValue(
      (clock, position, { mode, median, max, acknowledgementDelay }, roundTrips, guard) =>
        mode === "rounds"
          ? new RoundPacer(clock, position, { budget: { median, max }, acknowledgementDelay }, roundTrips, guard)
          : undefined,
      [tokens.clock, tokens.neighbourhood, tokens.settings, tokens.roundTrips, tokens.guard],
    );
  container
    .bind(tokens.rhythm)
    .toResolvedValue(
      ({ mode, window, batchSize }, clock, position, rounds, eager): Pacer =>
        rounds !== undefined
          ? new BudgetPacer(rounds, eager)
          : mode === "eager"
            ? eager
            : new WindowPacer(clock, position, window, batchSize),
      [tokens.settings, tokens.clock, tokens.neighbourhood, tokens.rounds, tokens.eagerRhythm],
    );
  container
    .bind(tokens.batcher)
    .toResolvedValue(
      (identity, transport, clock, log, tracker, rhythm, confirmation) =>
        new Batcher(
          identity,
          transport,
          clock,
          log,
          tracker,
          rhythm,
          (neighbour) => container.get(tokens.retransmitter).watch(neighbour),
          confirmation,
        ),
      [
        tokens.identity,
        tokens.transport,
        tokens.clock,
        tokens.valueLog,
        tokens.deltaTracker,
        tokens.rhythm,
        tokens.confirmation,
      ],
    );
  container.bind(tokens.retransmitter).toResolvedValue(
    (clock, tracker, batcher, rhythm) =>
      // The proposal's tree is fixed: it has no succession.
      new AckTimer(clock, tracker, batcher, rhythm, (neighbour) =>
        container.get(tokens.succession)?.suspect(neighbour),
      ),
    [tokens.clock, tokens.deltaTracker, tokens.batcher, tokens.rhythm],
  );
  container
    .bind(tokens.antiEntropy)
    .toResolvedValue(
      (identity, transport, clock, random, log, tracker, batcher, position, settings) =>
        new AntiEntropy(
          identity,
          transport,
          clock,
          random,
          log,
          tracker,
          batcher,
          partnersOf(identity, position, settings),
          paceOf(settings),
          position,
          (member) => container.get(tokens.succession)?.probe(member),
        ),
      [
        tokens.identity,
        tokens.transport,
        tokens.clock,
        tokens.random,
        tokens.valueLog,
        tokens.deltaTracker,
        tokens.batcher,
        tokens.neighbourhood,
        tokens.settings,
      ],
    );
  container
    .bind(tokens.downcasts)
    .toResolvedValue(
      (clock, position, rounds, batcher) =>
        rounds === undefined ? undefined : new DowncastTimeout(clock, position, rounds, batcher),
      [tokens.clock, tokens.neighbourhood, tokens.rounds, tokens.batcher],
    );
  container
    .bind(tokens.probes)
    .toResolvedValue(
      (identity, transport, clock) => new Prober(identity, transport, clock),
      [tokens.identity, tokens.transport, tokens.clock],
    );
  container
    .bind(tokens.probe)
    .toResolvedValue(
      (clock, probes, batcher, roundTrips, { parent: above, children }, rounds) =>
        rounds !== undefined && above === undefined
          ? new InitialRttProbe(clock, probes, batcher, roundTrips, children)
          : undefined,
      [tokens.clock, tokens.probes, tokens.batcher, tokens.roundTrips, tokens.neighbourhood, tokens.rounds],
    );
  container.bind(tokens.settlement).toResolvedValue(
    (identity, transport, clock, log, tracker, antiEntropy, settings) =>
      settings.mode !== "window"
        ? new StabilityDetector(
            identity,
            transport,
            clock,
            log,
            tracker,
            (member) => antiEntropy.requestDigest(member),
            (member) => container.get(tokens.succession)?.probe(member),
            settlementDelayOf(settings),
          )
        : undefined,
    [
      tokens.identity,
      tokens.transport,
      tokens.clock,
      tokens.valueLog,
      tokens.deltaTracker,
      tokens.antiEntropy,
      tokens.settings,
    ],
  );
  container.bind(tokens.liveness).toResolvedValue(
    (clock, probes, roundTrips, neighbourhood, rhythm) =>
      new FailureDetector(
        clock,
        probes,
        roundTrips,
        (member) => neighbourhood.isClosestLiveAncestorOf(member),
        (member) => neighbourhood.isSuspected(member),
        () => rhythm.isLossy,
        (member) => container.get(tokens.succession)?.suspect(member),
      ),
    [tokens.clock, tokens.probes, tokens.roundTrips, tokens.neighbourhood, tokens.rhythm],
  );
  container
    .bind(tokens.succession)
    .toResolvedValue(
      (
        identity,
        clock,
        stderr,
        log,
        tracker,
        neighbourhood,
        rounds,
        rhythm,
        batcher,
        retransmitter,
        antiEntropy,
        liveness,
        settings,
      ) =>
        settings.mode === "window"
          ? undefined
          : new TreeRepair(
              identity,
              clock,
              stderr,
              log,
              tracker,
              neighbourhood,
              rounds,
              rhythm,
              batcher,
              retransmitter,
              antiEntropy,
              liveness,
              paceOf(settings).settleTime,
            ),
      [
        tokens.identity,
        tokens.clock,
        tokens.log,
        tokens.valueLog,
        tokens.deltaTracker,
        tokens.neighbourhood,
        tokens.rounds,
        tokens.rhythm,
        tokens.batcher,
        tokens.retransmitter,
        tokens.antiEntropy,
        tokens.liveness,
        tokens.settings,
      ],
    );
  container
    .bind(tokens.inquiries)
    .toResolvedValue(
      (identity, clock, tracker, batcher, rhythm, position, roundTrips, settings) =>
        new AckRouter(identity, clock, tracker, batcher, rhythm, position, roundTrips, confirmationTimeOf(settings)),
      [
        tokens.identity,
        tokens.clock,
        tokens.deltaTracker,
        tokens.batcher,
        tokens.rhythm,
        tokens.neighbourhood,
        tokens.roundTrips,
        tokens.settings,
      ],
    );
  container
    .bind(tokens.retention)
    .toResolvedValue(
      (identity, clock, log, tracker, rhythm, { retain }) =>
        retain && new Retention(identity, clock, log, tracker, () => rhythm.targets(undefined), retain, HEALING_TIME),
      [tokens.identity, tokens.clock, tokens.valueLog, tokens.deltaTracker, tokens.rhythm, tokens.keeping],
    );
  return {
    rhythm: container.get(tokens.rhythm),
    batcher: container.get(tokens.batcher),
    retransmitter: container.get(tokens.retransmitter),
    antiEntropy: container.get(tokens.antiEntropy),
    roundTrips: container.get(tokens.roundTrips),
    rounds: container.get(tokens.rounds),
    probes: container.get(tokens.probes),
    probe: container.get(tokens.probe),
    downcasts: container.get(tokens.downcasts),
    settlement: container.get(tokens.settlement),
    succession: container.get(tokens.succession),
    retention: container.get(tokens.retention),
    neighbourhood: container.get(tokens.neighbourhood),
    inquiries: container.get(tokens.inquiries),
  };
}

/** The proposal reconciles with neighbours (shortcuts included); otherwise any member will do, so that no view of the tree is needed. */
function partnersOf({ self, members }: Identity, position: TreePosition, { mode }: ProtocolSettings): MemberId[] {
  if (mode !== "window") return members.filter((member) => member !== self);
  const above = position.parent === undefined ? [] : [position.parent];
  return [...above, ...position.children, ...position.shortcuts];
}

function settlementDelayOf({ acknowledgementDelay }: ProtocolSettings): number {
  return Math.min(acknowledgementDelay, EAGER.longestReportDelay);
}

/** By when it is usually known who has a value, in ms. */
function confirmationTimeOf({ mode, max }: ProtocolSettings): number {
  return mode === "eager" ? WRITE_CONCERN.replyTime : max + WRITE_CONCERN.replyTime;
}

function paceOf({ mode, antiEntropyInterval, max }: ProtocolSettings): AntiEntropyPace {
  return mode === "window"
    ? { shortest: antiEntropyInterval, longest: antiEntropyInterval, settleTime: 0 }
    : {
        shortest: antiEntropyInterval,
        longest: ANTI_ENTROPY.quietInterval,
        settleTime: 2 * max + ANTI_ENTROPY.settleSlack,
      };
}
