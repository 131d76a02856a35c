import type { ProtocolSettings } from "../application/settings/protocol-settings.js";
import { AntiEntropy } from "../domain/anti-entropy/anti-entropy.js";
import { Batcher } from "../domain/batching/batcher.js";
import { BudgetPacer } from "../domain/batching/budget-pacer.js";
import { EagerPacer } from "../domain/batching/eager/eager-pacer.js";
import { NO_STABILITY } from "../domain/batching/eager/stability.js";
import { StabilityDetector } from "../domain/batching/eager/stability-detector.js";
import { DowncastTimeout } from "../domain/batching/rounds/downcast-timeout.js";
import { InitialRttProbe } from "../domain/batching/rounds/initial-rtt-probe.js";
import { RoundPacer } from "../domain/batching/rounds/round-pacer.js";
import { AlignedRounds, NO_ROUNDS } from "../domain/batching/rounds/rounds.js";
import { WindowPacer } from "../domain/batching/window/window-pacer.js";
import { ANTI_ENTROPY, EAGER, WRITE_CONCERN } from "../domain/config.js";
import { Prober } from "../domain/delta/prober.js";
import { RttEstimator } from "../domain/delta/rtt-estimator.js";
import { AckTimer } from "../domain/failure/ack-timer.js";
import { FailureDetector } from "../domain/failure/failure-detector.js";
import { FixedTree } from "../domain/failure/fixed-tree.js";
import { RelayCheck } from "../domain/failure/relay-check.js";
import { TreeRepair } from "../domain/failure/tree-repair.js";
import { Retention } from "../domain/retention/retention.js";
import { ActiveSession } from "../domain/session/active-session.js";
import { Overlay } from "../domain/tree/overlay.js";
import type { Topology } from "../domain/tree/tree-builder.js";
import { perObject } from "../domain/values/per-object.js";
import { AckRouter } from "../domain/write-concern/ack-router.js";
import type { LastingParts } from "./lasting-parts.js";
import { Parts } from "./parts.js";

/** The parts that each mode chooses. No other code depends on the mode. */
const CHOICES = {
  pacer: { rounds: "budgetPacer", eager: "eagerPacer", window: "windowPacer" },
  rounds: { rounds: "alignedRounds", eager: "noRounds", window: "noRounds" },
  reconciliation: { rounds: "everyone", eager: "everyone", window: "links" },
  stability: { rounds: "stabilityDetector", eager: "stabilityDetector", window: "noStability" },
  tree: { rounds: "treeRepair", eager: "treeRepair", window: "fixedTree" },
  /** Delivery time of a value, as a multiple of `max`. */
  delivery: { rounds: 1, eager: 0, window: 1 },
} as const;

/** What a session is made from. */
interface Given extends LastingParts {
  readonly topology: Topology;
}

/** Makes the parts that depend on the node's place in the tree. Values and knowledge of peers outlive them. */
export function makeSessionParts(given: Given) {
  return sessionPartsWith(given.settings)(given);
}

/** The parts of a session; nodes with the same settings share the container. */
const sessionPartsWith = perObject((settings: ProtocolSettings) => {
  const { mode, tree, max, antiEntropyInterval: shortest } = settings;
  const reportDelay = Math.min(settings.acknowledgementDelay, EAGER.longestReportDelay);
  const settleTime = 2 * max + ANTI_ENTROPY.settleSlack;
  const trickle = { shortest, longest: ANTI_ENTROPY.quietInterval, settleTime };
  const fixed = { shortest, longest: shortest, settleTime: 0 };
  return new Parts<Given>()
    .make(
      "overlay",
      "treeBuilder identity peers topology",
      ({ treeBuilder: builder, topology, ...deps }) =>
        new Overlay(deps, (all, member) =>
          tree === "topology" ? builder.spanning(all, topology, member) : builder.balanced(all, member),
        ),
    )
    .add("rtt", RttEstimator, "clock peers")
    .add("prober", Prober, "identity transport clock peers")
    .add("eagerPacer", EagerPacer, "identity", 2 * reportDelay + EAGER.lossSlack)
    .add("roundPacer", RoundPacer, "clock overlay rtt guard", { ...settings, budget: settings })
    .add("budgetPacer", BudgetPacer, "roundPacer eagerPacer")
    .add("windowPacer", WindowPacer, "clock overlay", settings)
    .choose("pacer", CHOICES.pacer[mode])
    .choose("piggyback", "collector")
    .add("batcher", Batcher, "identity transport clock values peers pacer piggyback")
    .add("ackTimer", AckTimer, "clock peers batcher pacer")
    .add("initialRttProbe", InitialRttProbe, "clock prober batcher rtt overlay")
    .add("downcastTimeout", DowncastTimeout, "clock overlay roundPacer batcher")
    .add("alignedRounds", AlignedRounds, "roundPacer initialRttProbe downcastTimeout")
    .set("noRounds", NO_ROUNDS)
    .choose("rounds", CHOICES.rounds[mode])
    .make("everyone", "identity readiness", ({ identity, readiness }) => ({
      partners: identity.everyoneElse,
      pace: trickle,
      comparesFirst: readiness.isAwaited,
    }))
    .make("links", "overlay", ({ overlay }) => ({ partners: overlay.links, pace: fixed }))
    .choose("reconciliation", CHOICES.reconciliation[mode])
    .add(
      "antiEntropy",
      AntiEntropy,
      "identity transport clock random values peers batcher prober rtt overlay reconciliation",
    )
    .add("stabilityDetector", StabilityDetector, "identity transport clock values peers overlay", reportDelay)
    .set("noStability", NO_STABILITY)
    .choose("stability", CHOICES.stability[mode])
    .add("failureDetector", FailureDetector, "clock peers prober rtt overlay pacer")
    .add(
      "treeRepair",
      TreeRepair,
      "identity clock log values peers overlay pacer batcher ackTimer antiEntropy failureDetector",
      settleTime,
    )
    .add("fixedTree", FixedTree, "identity")
    .choose("tree", CHOICES.tree[mode])
    .add("relayCheck", RelayCheck, "clock peers pacer tree")
    .add("retention", Retention, "identity clock values peers pacer policy")
    .add(
      "router",
      AckRouter,
      "identity clock peers batcher pacer overlay rtt",
      CHOICES.delivery[mode] * max + WRITE_CONCERN.replyTime,
    )
    .add(
      "session",
      ActiveSession,
      "identity transport clock values peers overlay pacer batcher rounds rtt prober ackTimer antiEntropy stability tree relayCheck retention refutation budgetWarning collector router",
    )
    .maker("overlay batcher ackTimer antiEntropy failureDetector stabilityDetector tree session viewChanged");
});
