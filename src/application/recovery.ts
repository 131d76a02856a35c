import type { Identity } from "../domain/identity/identity.js";
import type { ClusterView, NodePorts, ReplicaOptions } from "../domain/ports/broadcast-node.js";
import type { Clock } from "../domain/ports/clock.js";
import type { OpenedJournal, OpenJournal } from "../domain/ports/journal.js";
import { ValueLog } from "../domain/values/value-log.js";

interface StartingNode {
  readonly ports: NodePorts;
  readonly cluster: ClusterView;
  readonly incarnation: number;
}

/**
 * Opens the journal of a node that starts, and logs what was damaged in it.
 * @param openNone used if the node has no journal
 */
export function openJournal({ ports, cluster, incarnation }: StartingNode, openNone: OpenJournal): OpenedJournal {
  const opened = (ports.openJournal ?? openNone)(cluster.self, incarnation);
  for (const problem of opened.problems) ports.log.event(problem);
  return opened;
}

interface JournaledValuesDeps {
  readonly identity: Identity;
  readonly opened: OpenedJournal;
  readonly clock: Clock;
  readonly options: ReplicaOptions;
}

/** Returns the values of a node: those that its journal has from earlier incarnations. Later ones go into the journal. */
export function journaledValues({ identity, opened, clock, options }: JournaledValuesDeps): ValueLog {
  const { journal } = opened;
  const values = new ValueLog(identity.actor, journal.append.bind(journal), {
    ...options,
    whenDurable: (task) => journal.sync(task),
    forgotten: (dots) => journal.forget?.(dots),
  });
  values.recover(opened.records, clock.now(), opened.gone);
  return values;
}
