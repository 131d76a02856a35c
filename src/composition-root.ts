import "reflect-metadata";
import { FileJournals } from "./adapters/journal-file/file-journals.js";
import { SeededRandom } from "./adapters/seeded-random/seeded-random.js";
import { StderrLog } from "./adapters/stdio/stderr-log.js";
import { StdioTransport } from "./adapters/stdio/stdio-transport.js";
import { nextIncarnation } from "./adapters/system-clock/incarnations.js";
import { SystemClock } from "./adapters/system-clock/system-clock.js";
import type { MaelstromPorts } from "./application/maelstrom-ports.js";
import { MaelstromService } from "./application/maelstrom-service.js";
import type { Settings } from "./application/settings/settings.js";
import { Broadcast } from "./application/use-cases/broadcast.js";
import { Init } from "./application/use-cases/init.js";
import { Membership } from "./application/use-cases/membership.js";
import { Read } from "./application/use-cases/read.js";
import { Topology } from "./application/use-cases/topology.js";
import { composeBroadcastNode } from "./composition/node.js";
import { Parts } from "./composition/parts.js";
import type { BroadcastNodeFactory } from "./domain/ports/broadcast-node.js";

/** Makes the services around a node's protocol. */
const makeService = new Parts<MaelstromPorts & { settings: Settings; createNode: BroadcastNodeFactory }>()
  .add("membership", Membership, "")
  .add("init", Init, "membership createNode identified")
  .add("topology", Topology, "membership")
  .add("broadcast", Broadcast, "membership transport log settings")
  .add("read", Read, "membership")
  .add("service", MaelstromService, "transport log membership init topology broadcast read")
  .maker("service");

/**
 * Composes a node of a Maelstrom cluster on any ports. The caller has to call `start` on the result.
 * @param createNode creates the protocol's engine; a test or a variant may replace it
 */
export function composeMaelstromNode(
  settings: Settings,
  ports: MaelstromPorts,
  createNode: BroadcastNodeFactory = (cluster) => composeBroadcastNode(settings, ports, cluster, ports.incarnation),
): MaelstromService {
  return makeService({ ...ports, settings, createNode }).service;
}

/** Composes the node that Maelstrom starts: lines of JSON on stdin and stdout, log on stderr, system clock. */
export function composeStdioNode(settings: Settings): { service: MaelstromService; transport: StdioTransport } {
  const [log, clock] = [new StderrLog(), new SystemClock()];
  const transport = new StdioTransport(process.stdin, process.stdout, log);
  const service = composeMaelstromNode(settings, {
    transport,
    clock,
    random: new SeededRandom(Math.floor(Math.random() * 2 ** 32)),
    log,
    incarnation: nextIncarnation(),
    identified: (self) => transport.identify(self),
    ...(settings.dataDir !== "" && { openJournal: new FileJournals({ clock, log }, settings.dataDir, settings).open }),
  });
  return { service, transport };
}
