import type { BroadcastNodeFactory, ClusterView } from "../../domain/ports/broadcast-node.js";
import type { MemberId } from "../../domain/ports/transport.js";
import type { InitRequest } from "../wire/client-requests.js";
import { malformed } from "../wire/errors.js";
import type { Membership } from "./membership.js";

interface InitDeps {
  readonly membership: Membership;
  readonly createNode: BroadcastNodeFactory;
  /** Called once, with this node's id. */
  readonly identified?: (self: MemberId) => void;
}

/** Joins the cluster that `init` describes. The same `init` again has no effect. */
export class Init {
  constructor(private readonly deps: InitDeps) {}

  /** @throws {RequestError} 12 if the node has already joined another cluster, or as another member */
  execute(request: InitRequest): void {
    const cluster: ClusterView = { self: request.nodeId, members: request.nodeIds };
    const member = this.deps.membership.member;
    if (member !== undefined) {
      if (!isSame(member.cluster, cluster))
        throw malformed(
          `this node already runs as ${member.cluster.self}; a second init must be equal to the first one`,
        );
      return;
    }
    const node = this.deps.createNode(cluster);
    this.deps.membership.join({ cluster, node });
    this.deps.identified?.(cluster.self);
    node.standBy();
  }
}

/** The order of the members matters: the first one is the root. */
function isSame(one: ClusterView, other: ClusterView): boolean {
  return (
    one.self === other.self &&
    one.members.length === other.members.length &&
    one.members.every((id, index) => id === other.members[index])
  );
}
