import type { ProtocolSettings } from "../application/settings/protocol-settings.js";
import { requireRoomyMessages } from "../application/wire/value-size.js";
import { GossipNode } from "../domain/node.js";
import type { BroadcastNode, ClusterView, NodePorts, ReplicaOptions } from "../domain/ports/broadcast-node.js";
import type { Session } from "../domain/session/session.js";
import type { Topology } from "../domain/tree/tree-builder.js";
import { connectNode, connectSession } from "./connections.js";
import { type LastingParts, makeLastingParts } from "./lasting-parts.js";
import { Parts } from "./parts.js";
import { makeSessionParts } from "./session-parts.js";

const makeNode = new Parts<LastingParts & { readonly openSession: (topology: Topology) => Session }>()
  .make(
    "node",
    "settings identity clock log values peers journal decoder collector refutation readiness idle openSession",
    ({ settings, ...deps }) => new GossipNode(deps, settings.tree === "topology"),
  )
  .maker("node");

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
  const lasting = makeLastingParts({ settings, ports, cluster, incarnation, options });
  const openSession = (topology: Topology) => {
    const parts = makeSessionParts({ ...lasting, topology });
    connectSession(parts);
    return parts.session;
  };
  const { node } = makeNode({ ...lasting, openSession });
  connectNode(lasting, node);
  return node;
}
