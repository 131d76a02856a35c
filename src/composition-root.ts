import "reflect-metadata";
import { Container, type ServiceIdentifier } from "inversify";
import type { BroadcastNodeFactory } from "./application/broadcast-node.js";
import { MaelstromService } from "./application/maelstrom-service.js";
import type { Settings } from "./application/settings/settings.js";
import { Broadcast } from "./application/use-cases/broadcast.js";
import { Init } from "./application/use-cases/init.js";
import { Membership } from "./application/use-cases/membership.js";
import { Read } from "./application/use-cases/read.js";
import { Topology } from "./application/use-cases/topology.js";
import { composeBroadcastNode, type NodePorts } from "./composition/protocol-module.js";
import type { Clock } from "./domain/ports/clock.js";
import type { Log } from "./domain/ports/log.js";
import type { Random } from "./domain/ports/random.js";
import type { MemberId, Transport } from "./domain/ports/transport.js";

/** What a node on Maelstrom needs of the world; the entries choose the adapters. */
export interface MaelstromPorts extends NodePorts {
  /** Larger in each later life of the same member: the time at its start will do. */
  readonly incarnation: number;
  /** Told the node's id once `init` has come, for a transport that must know its own address. */
  readonly identified?: (self: MemberId) => void;
}

/** The name of each part in the container, and its type. */
const tokens = {
  settings: Symbol("Settings") as ServiceIdentifier<Settings>,
  transport: Symbol("Transport") as ServiceIdentifier<Transport>,
  clock: Symbol("Clock") as ServiceIdentifier<Clock>,
  random: Symbol("Random") as ServiceIdentifier<Random>,
  log: Symbol("Log") as ServiceIdentifier<Log>,
  identified: Symbol("identified") as ServiceIdentifier<(self: MemberId) => void>,
  createNode: Symbol("BroadcastNodeFactory") as ServiceIdentifier<BroadcastNodeFactory>,
  membership: Symbol("Membership") as ServiceIdentifier<Membership>,
  init: Symbol("Init") as ServiceIdentifier<Init>,
  topology: Symbol("Topology") as ServiceIdentifier<Topology>,
  broadcast: Symbol("Broadcast") as ServiceIdentifier<Broadcast>,
  read: Symbol("Read") as ServiceIdentifier<Read>,
  maelstromService: Symbol("MaelstromService") as ServiceIdentifier<MaelstromService>,
};

/**
 * Composes a node of a Maelstrom cluster; call `start` on what it returns.
 * @param createNode the protocol's engine, where a test or a variant brings its own
 */
export function composeMaelstromNode(
  settings: Settings,
  ports: MaelstromPorts,
  createNode?: BroadcastNodeFactory,
): MaelstromService {
  const container = new Container({ defaultScope: "Singleton" });
  bindPorts(container, settings, ports);
  container
    .bind(tokens.createNode)
    .toConstantValue(createNode ?? ((cluster) => composeBroadcastNode(settings, ports, cluster, ports.incarnation)));
  bindService(container);
  return container.get(tokens.maelstromService);
}

function bindPorts(container: Container, settings: Settings, ports: MaelstromPorts): void {
  container.bind(tokens.settings).toConstantValue(settings);
  container.bind(tokens.transport).toConstantValue(ports.transport);
  container.bind(tokens.clock).toConstantValue(ports.clock);
  container.bind(tokens.random).toConstantValue(ports.random);
  container.bind(tokens.log).toConstantValue(ports.log);
  container.bind(tokens.identified).toConstantValue(ports.identified ?? (() => {}));
}

function bindService(container: Container): void {
  container.bind(tokens.membership).toResolvedValue(() => new Membership(), []);
  container
    .bind(tokens.init)
    .toResolvedValue(
      (membership, createNode, identified) => new Init(membership, createNode, identified),
      [tokens.membership, tokens.createNode, tokens.identified],
    );
  container.bind(tokens.topology).toResolvedValue((membership) => new Topology(membership), [tokens.membership]);
  container
    .bind(tokens.broadcast)
    .toResolvedValue(
      (membership, transport, log, { ack }) => new Broadcast(membership, transport, log, ack),
      [tokens.membership, tokens.transport, tokens.log, tokens.settings],
    );
  container.bind(tokens.read).toResolvedValue((membership) => new Read(membership), [tokens.membership]);
  container
    .bind(tokens.maelstromService)
    .toResolvedValue(
      (transport, log, membership, init, topology, broadcast, read) =>
        new MaelstromService(transport, log, membership, { init, topology, broadcast, read }),
      [tokens.transport, tokens.log, tokens.membership, tokens.init, tokens.topology, tokens.broadcast, tokens.read],
    );
}
