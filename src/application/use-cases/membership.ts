import { memberIndex } from "../../domain/identity/member-index.js";
import type { BroadcastNode, ClusterView } from "../../domain/ports/broadcast-node.js";
import { errorCodes, RequestError } from "../wire/errors.js";

/** A node that knows its cluster. */
export interface Member {
  readonly cluster: ClusterView;
  readonly node: BroadcastNode;
}

/** The cluster that this process has joined, if any, and its id; shared by the use cases. Only `init` changes it. */
export class Membership {
  private joined: Member | undefined;

  get member(): Member | undefined {
    return this.joined;
  }

  join(member: Member): void {
    this.joined = member;
  }

  /** @throws {RequestError} 11 before `init` */
  require(): Member {
    if (this.joined === undefined)
      throw new RequestError(errorCodes.temporarilyUnavailable, "this node is not ready; send init first");
    return this.joined;
  }

  /** Whether the id belongs to another member of the cluster. */
  isPeer(id: string): boolean {
    if (this.joined === undefined) return false;
    const { members, self } = this.joined.cluster;
    return id !== self && memberIndex(members).has(id);
  }
}
