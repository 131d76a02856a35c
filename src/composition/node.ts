import type { ProtocolSettings } from "../application/settings/protocol-settings.js";
import { requireRoomyMessages } from "../application/wire/value-size.js";
import { GossipNode } from "../domain/node.js";
import type { BroadcastNode, ClusterView, NodePorts, ReplicaOptions } from "../domain/ports/broadcast-node.js";
import type { Topology } from "../domain/tree/tree-builder.js";
import { connectNode, connectSession } from "./connections.js";
import { lastingParts } from "./lasting-parts.js";
import { sessionParts } from "./session-parts.js";

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
  const lasting = lastingParts(settings, ports, cluster, incarnation, options);
  const openSession = (topology: Topology) => {
    const parts = sessionParts(lasting, topology);
    connectSession(parts);
    return parts.get("session");
  };
  const parts = lasting
    .set("openSession", openSession)
    .make(
      "node",
      "identity clock log values peers journal decoder collector refutation readiness idle openSession",
      (deps) => new GossipNode(deps, settings.tree === "topology"),
    );
  connectNode(
    { values: parts.get("values"), peers: parts.get("peers"), refutation: parts.get("refutation") },
    parts.get("node"),
  );
  return parts.get("node");
}
