import type { TopologyRequest } from "../wire/client-requests.js";
import type { Membership } from "./membership.js";

/**
 * Allows the node to send to other members. A later topology changes the tree, if that follows it; the same one again has no
 * effect.
 */
export class Topology {
  private current: string | undefined;

  constructor(private readonly deps: { readonly membership: Membership }) {}

  /** @throws {RequestError} 11 before `init` */
  execute(request: TopologyRequest): void {
    const { cluster, node } = this.deps.membership.require();
    const topology = amongMembers(request.topology, cluster.members);
    const written = JSON.stringify([...topology]);
    if (written === this.current) return;
    this.current = written;
    node.start(topology);
  }
}

/** Every member with its neighbours, in the members' order. Ids that `init` did not name are dropped: they must not get messages. */
function amongMembers(
  topology: ReadonlyMap<string, readonly string[]>,
  members: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    members.map((member) => {
      const named = new Set(topology.get(member));
      return [member, members.filter((id) => id !== member && named.has(id))];
    }),
  );
}
