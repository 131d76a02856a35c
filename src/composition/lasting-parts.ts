import { openNoJournal } from "../adapters/no-journal/no-journal.js";
import { DividingTransport } from "../application/dividing-transport.js";
import type { ProtocolSettings } from "../application/settings/protocol-settings.js";
import { PeerMessageDecoder } from "../application/wire/peer-message-decoder.js";
import { BudgetWarning } from "../domain/batching/rounds/budget-warning.js";
import { AdaptiveGuard, FixedGuard } from "../domain/batching/rounds/guard.js";
import { ObservedClock } from "../domain/batching/rounds/observed-clock.js";
import { DeltaTracker } from "../domain/delta/delta-tracker.js";
import { Refutation } from "../domain/failure/refutation.js";
import { Identity } from "../domain/identity.js";
import type { ClusterView, NodePorts, ReplicaOptions } from "../domain/ports/broadcast-node.js";
import { Readiness } from "../domain/readiness.js";
import { IdleSession } from "../domain/session/idle-session.js";
import { TreeBuilder } from "../domain/tree/tree-builder.js";
import { ValueLog } from "../domain/values/value-log.js";
import { AckCollector } from "../domain/write-concern/ack-collector.js";
import { Parts } from "./parts.js";

/** The parts of a node that last from one session to the next. */
export function lastingParts(
  settings: ProtocolSettings,
  ports: NodePorts,
  { self, members }: ClusterView,
  incarnation: number,
  options: ReplicaOptions,
) {
  const opened = (ports.openJournal ?? openNoJournal)(self, incarnation);
  for (const problem of opened.problems) ports.log.line(problem);
  const guard = settings.guard === "auto" ? new AdaptiveGuard(ports.clock) : new FixedGuard(settings.guard);
  return new Parts<object>()
    .set("settings", settings)
    .set("policy", options.retain ?? {})
    .set("viewChanged", options.viewChanged ?? (() => {}))
    .set("readiness", new Readiness(options.ready ?? (() => {})))
    .set("transport", new DividingTransport(ports.transport, incarnation))
    .set("guard", guard)
    .set("clock", new ObservedClock(ports.clock, guard))
    .set("random", ports.random)
    .set("log", ports.log)
    .set("journal", opened.journal)
    .set("identity", new Identity({ self, members }, opened.incarnation, opened.hasLivedBefore))
    .make("treeBuilder", "", () => new TreeBuilder(settings.fanOut))
    .make("values", "identity journal clock", ({ identity, journal, clock }) => {
      const whenDurable = (task: () => void) => journal.sync(task);
      const values = new ValueLog(
        identity.actor,
        (author, number, value) => journal.append({ author, number, value }),
        { ...options, whenDurable, forgotten: (dots) => journal.forget?.(dots) },
      );
      values.recover(opened.records, clock.now(), opened.gone);
      return values;
    })
    .add("peers", DeltaTracker, "values")
    .add("decoder", PeerMessageDecoder, "clock log")
    .add("collector", AckCollector, "identity clock values peers journal")
    .add("refutation", Refutation, "identity transport clock random log peers")
    .add("budgetWarning", BudgetWarning, "log")
    .add("idle", IdleSession, "identity");
}
