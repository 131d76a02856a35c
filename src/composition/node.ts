import type { ProtocolSettings } from "../application/settings/protocol-settings.js";
import { requireRoomyMessages } from "../application/wire/value-size.js";
import { GossipNode } from "../domain/node.js";
import type { BroadcastNode, ClusterView, NodePorts, ReplicaOptions } from "../domain/ports/broadcast-node.js";
import { ActiveSession } from "../domain/session/active-session.js";
import type { Topology } from "../domain/tree/tree-builder.js";
import { connectNode, connectSession } from "./connections.js";
import { makeLastingParts, sessionPartsWith } from "./node-parts.js";

/**
 * Composes a member of a cluster.
 * @param incarnation larger than every earlier incarnation of the same member
 * @throws {InvalidOptions} if the transport's message limit is too small
 */
export function composeBroadcastNode(
  settings: ProtocolSettings,
  ports: NodePorts,
  cluster: ClusterView,
  incarnation: number,
  options: ReplicaOptions = {},
): BroadcastNode {
  requireRoomyMessages("composeBroadcastNode", ports.transport);
  const { random, log } = ports;
  const lasting = makeLastingParts({ settings, ports, cluster, incarnation, options, random, log });
  const openSession = (topology: Topology | undefined) => {
    const parts = sessionPartsWith(settings)({ ...lasting, topology });
    connectSession(parts);
    return new ActiveSession(parts);
  };
  const node = new GossipNode({ ...lasting, openSession }, settings.tree === "topology");
  connectNode(lasting, node);
  return node;
}
