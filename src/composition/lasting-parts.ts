import { openNoJournal } from "../adapters/no-journal/no-journal.js";
import { DividingTransport } from "../application/dividing-transport.js";
import type { ProtocolSettings } from "../application/settings/protocol-settings.js";
import { PeerMessageDecoder } from "../application/wire/peer-message-decoder.js";
import { BudgetWarning } from "../domain/batching/rounds/budget-warning.js";
import { AdaptiveGuard, FixedGuard, type Guard } from "../domain/batching/rounds/guard.js";
import { ObservedClock } from "../domain/batching/rounds/observed-clock.js";
import { DeltaTracker } from "../domain/delta/delta-tracker.js";
import { Refutation } from "../domain/failure/refutation.js";
import { Identity } from "../domain/identity/identity.js";
import type { ClusterView, NodePorts, ReplicaOptions } from "../domain/ports/broadcast-node.js";
import { Readiness } from "../domain/readiness.js";
import { NO_GROUPS } from "../domain/retention/retention.js";
import { IdleSession } from "../domain/session/idle-session.js";
import { TreeBuilder } from "../domain/tree/tree-builder.js";
import { ValueLog } from "../domain/values/value-log.js";
import { AckCollector } from "../domain/write-concern/ack-collector.js";
import { Parts } from "./parts.js";

/** What a node is made from. */
interface Given {
  readonly settings: ProtocolSettings;
  readonly ports: NodePorts;
  readonly cluster: ClusterView;
  readonly incarnation: number;
  readonly options: ReplicaOptions;
}

/** Makes the parts of a node that last from one session to the next. */
export const makeLastingParts = new Parts<Given>()
  .make("random", "ports", ({ ports }) => ports.random)
  .make("log", "ports", ({ ports }) => ports.log)
  .make("opened", "ports cluster incarnation log", ({ ports, cluster, incarnation, log }) => {
    const opened = (ports.openJournal ?? openNoJournal)(cluster.self, incarnation);
    for (const problem of opened.problems) log.event(problem);
    return opened;
  })
  .make("journal", "opened", ({ opened }) => opened.journal)
  .make("policy", "options", ({ options: { retain, retentionGroups: groups = NO_GROUPS } }) => ({ ...retain, groups }))
  .make("viewChanged", "options", ({ options }) => options.viewChanged ?? (() => {}))
  .make("readiness", "options", ({ options }) => new Readiness(options.ready))
  .make(
    "transport",
    "ports incarnation",
    ({ ports, incarnation }) => new DividingTransport(ports.transport, incarnation),
  )
  .make(
    "guard",
    "settings ports",
    ({ settings: { guard }, ports }): Guard =>
      guard === "auto" ? new AdaptiveGuard(ports.clock) : new FixedGuard(guard),
  )
  .make("clock", "ports guard", ({ ports, guard }) => new ObservedClock(ports.clock, guard))
  .make(
    "identity",
    "cluster opened",
    ({ cluster, opened }) => new Identity(cluster, opened.incarnation, opened.hasLivedBefore),
  )
  .make("treeBuilder", "settings", ({ settings }) => new TreeBuilder(settings.fanOut))
  .make("values", "identity opened clock options", ({ identity, opened, clock, options }) => {
    const { journal } = opened;
    const whenDurable = (task: () => void) => journal.sync(task);
    const values = new ValueLog(identity.actor, (author, number, value) => journal.append({ author, number, value }), {
      ...options,
      whenDurable,
      forgotten: (dots) => journal.forget?.(dots),
    });
    values.recover(opened.records, clock.now(), opened.gone);
    return values;
  })
  .add("peers", DeltaTracker, "values")
  .add("decoder", PeerMessageDecoder, "clock log")
  .add("collector", AckCollector, "identity clock values peers journal")
  .add("refutation", Refutation, "identity transport clock random log peers")
  .add("budgetWarning", BudgetWarning, "log")
  .add("idle", IdleSession, "identity")
  .maker(
    "settings random log journal policy viewChanged readiness transport guard clock identity treeBuilder values peers decoder collector refutation budgetWarning idle",
  );

/** The parts of a node that last from one session to the next. */
export type LastingParts = ReturnType<typeof makeLastingParts>;
