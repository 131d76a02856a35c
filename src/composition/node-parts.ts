import { openNoJournal } from "../adapters/no-journal/no-journal.js";
import { DividingTransport } from "../application/dividing-transport.js";
import { journaledValues, openJournal } from "../application/recovery.js";
import type { ProtocolSettings } from "../application/settings/protocol-settings.js";
import { PeerMessageDecoder } from "../application/wire/peer-message-decoder.js";
import { AntiEntropy } from "../domain/anti-entropy/anti-entropy.js";
import { withEveryone, withLinks } from "../domain/anti-entropy/reconciliation.js";
import { Batcher } from "../domain/batching/batcher.js";
import { BudgetPacer } from "../domain/batching/budget-pacer.js";
import { EagerPacer } from "../domain/batching/eager/eager-pacer.js";
import { NoStability } from "../domain/batching/eager/stability.js";
import { StabilityDetector } from "../domain/batching/eager/stability-detector.js";
import { BudgetWarning } from "../domain/batching/rounds/budget-warning.js";
import { guardOf } from "../domain/batching/rounds/guard.js";
import { ObservedClock } from "../domain/batching/rounds/observed-clock.js";
import { RoundPacer } from "../domain/batching/rounds/round-pacer.js";
import { AlignedRounds, NO_ROUNDS } from "../domain/batching/rounds/rounds.js";
import { WindowPacer } from "../domain/batching/window/window-pacer.js";
import { DeltaTracker } from "../domain/delta/delta-tracker.js";
import { Prober } from "../domain/delta/prober.js";
import { RttEstimator } from "../domain/delta/rtt-estimator.js";
import { AckTimer } from "../domain/failure/ack-timer.js";
import { FailureDetector } from "../domain/failure/failure-detector.js";
import { FixedTree } from "../domain/failure/fixed-tree.js";
import { Refutation } from "../domain/failure/refutation.js";
import { RelayCheck } from "../domain/failure/relay-check.js";
import { TreeRepair } from "../domain/failure/tree-repair.js";
import { Identity } from "../domain/identity/identity.js";
import type { ClusterView, NodePorts, ReplicaOptions } from "../domain/ports/broadcast-node.js";
import { Readiness } from "../domain/readiness.js";
import { Retention } from "../domain/retention/retention.js";
import { Overlay } from "../domain/tree/overlay.js";
import { type Topology, TreeBuilder } from "../domain/tree/tree-builder.js";
import { perObject } from "../domain/values/per-object.js";
import { AckCollector } from "../domain/write-concern/ack-collector.js";
import { AckRouter } from "../domain/write-concern/ack-router.js";
import { Parts } from "./parts.js";

/** The given parts of a node. */
interface Given extends Pick<NodePorts, "random" | "log"> {
  readonly settings: ProtocolSettings;
  readonly ports: NodePorts;
  readonly cluster: ClusterView;
  readonly incarnation: number;
  readonly options: ReplicaOptions;
}

/** Makes the parts of a node that last from one session to the next. */
export const makeLastingParts = new Parts<Given>()
  .make("opened", "ports cluster incarnation", (deps) => openJournal(deps, openNoJournal))
  .make("journal", "opened", ({ opened }) => opened.journal)
  .make("readiness", "options", ({ options }) => new Readiness(options.ready))
  .make("transport", "ports incarnation", (deps) => new DividingTransport(deps.ports.transport, deps.incarnation))
  .make("guard", "settings ports", ({ settings, ports }) => guardOf(settings.guard, ports.clock))
  .make("clock", "ports guard", ({ ports, guard }) => new ObservedClock(ports.clock, guard))
  .make("identity", "cluster opened", ({ cluster, opened }) => new Identity(cluster, opened))
  .make("values", "identity opened clock options", journaledValues)
  .add("peers", DeltaTracker, "identity values")
  .add("decoder", PeerMessageDecoder, "clock log")
  .add("collector", AckCollector, "identity clock values peers journal")
  .add("refutation", Refutation, "identity transport clock random log peers")
  .add("budgetWarning", BudgetWarning, "log")
  .maker(
    "options random log journal readiness transport guard clock identity values peers decoder collector refutation budgetWarning",
  );

/** The parts of a node that last from one session to the next. */
export type LastingParts = ReturnType<typeof makeLastingParts>;

/** The choices of each mode: parts by name, classes and makers of parts. No other code depends on the mode. */
const CHOICES = {
  pacer: { rounds: "budgetPacer", eager: "eagerPacer", window: "windowPacer" },
  rounds: { rounds: "alignedRounds", eager: "noRounds", window: "noRounds" },
  reconciliation: { rounds: withEveryone, eager: withEveryone, window: withLinks },
  stability: { rounds: StabilityDetector, eager: StabilityDetector, window: NoStability },
  tree: { rounds: TreeRepair, eager: TreeRepair, window: FixedTree },
  /** Delivery time of a value, as a multiple of `max`. */
  delivery: { rounds: 1, eager: 0, window: 1 },
} as const;

/** Makes the parts of a session from lasting ones and a topology. Nodes with the same settings share the container. */
export const sessionPartsWith = perObject((settings: ProtocolSettings) => {
  const { mode, max, fanOut } = settings;
  return new Parts<LastingParts & { readonly topology: Topology | undefined }>()
    .add("overlay", Overlay, "identity peers topology", new TreeBuilder(fanOut))
    .add("rtt", RttEstimator, "clock peers")
    .add("prober", Prober, "identity transport clock peers")
    .add("eagerPacer", EagerPacer, "identity", settings)
    .add("roundPacer", RoundPacer, "clock overlay rtt guard", { ...settings, budget: settings })
    .add("budgetPacer", BudgetPacer, "roundPacer eagerPacer")
    .add("windowPacer", WindowPacer, "clock overlay", settings)
    .choose("pacer", CHOICES.pacer[mode])
    .choose("piggyback", "collector")
    .add("batcher", Batcher, "identity transport clock values peers pacer piggyback")
    .add("ackTimer", AckTimer, "clock peers batcher pacer")
    .add("alignedRounds", AlignedRounds, "clock prober batcher rtt overlay roundPacer")
    .make("noRounds", "", () => NO_ROUNDS)
    .choose("rounds", CHOICES.rounds[mode])
    .make("reconciliation", "identity readiness overlay", CHOICES.reconciliation[mode](settings))
    .add(
      "antiEntropy",
      AntiEntropy,
      "identity transport clock random values peers batcher prober rtt overlay reconciliation",
    )
    .add("stability", CHOICES.stability[mode], "identity transport clock values peers overlay", settings)
    .add("failureDetector", FailureDetector, "clock peers prober rtt overlay pacer")
    .add(
      "tree",
      CHOICES.tree[mode],
      "identity clock log values peers overlay pacer batcher ackTimer antiEntropy failureDetector",
      settings,
    )
    .add("relayCheck", RelayCheck, "clock peers pacer tree")
    .add("retention", Retention, "identity clock values peers pacer options")
    .add("router", AckRouter, "identity clock peers batcher pacer overlay rtt", CHOICES.delivery[mode] * max)
    .maker(
      "options identity transport clock values peers overlay pacer batcher rounds rtt prober ackTimer antiEntropy failureDetector stability tree relayCheck retention refutation budgetWarning collector router",
    );
});

/** The parts of a session. */
export type SessionParts = ReturnType<ReturnType<typeof sessionPartsWith>>;
