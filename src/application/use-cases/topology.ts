import { inMemberOrder } from "../../domain/identity/member-index.js";
import { perObject } from "../../domain/values/per-object.js";
import type { TopologyRequest } from "../wire/client-requests.js";
import type { Membership } from "./membership.js";

/**
 * Allows the node to send to other members. A later topology changes the tree, if that follows it; the same one again has no
 * effect.
 */
export class Topology {
  private current: Neighbours | undefined;

  constructor(private readonly deps: { readonly membership: Membership }) {}

  /** @throws {RequestError} 11 before `init` */
  execute(request: TopologyRequest): void {
    const { cluster, node } = this.deps.membership.require();
    const topology = amongMembers(request.topology)(cluster.members);
    if (this.current !== undefined && areEqual(topology, this.current)) return;
    this.current = topology;
    node.start(topology);
  }
}

type Neighbours = ReadonlyMap<string, readonly string[]>;

/** Every member with its neighbours, in the members' order. Ids that `init` did not name are dropped: they must not get messages. */
const amongMembers = perObject((topology: Neighbours) =>
  perObject(
    (members: readonly string[]): Neighbours =>
      new Map(
        members.map((member) => {
          const named = topology.get(member) ?? [];
          return [
            member,
            inMemberOrder(
              members,
              named.filter((id) => id !== member),
            ),
          ];
        }),
      ),
  ),
);

function areEqual(one: Neighbours, other: Neighbours): boolean {
  return one === other || JSON.stringify([...one]) === JSON.stringify([...other]);
}
