import type { MemberDetails } from "../../domain/ports/membership.js";
import type { MemberId } from "../../domain/ports/transport.js";
import type { Member, MemberChange, RootChange } from "./types.js";

/** What a node sees of its cluster at one moment. */
export interface ClusterSight {
  readonly root: MemberId;
  /** All members, in order. */
  readonly members: readonly MemberDetails[];
  /** The members that are unreachable. */
  readonly suspects: readonly MemberId[];
}

/** A change of the cluster, as an event of the node. */
export type ClusterNews =
  | { readonly name: "member"; readonly news: MemberChange }
  | { readonly name: "root"; readonly news: RootChange };

/** Compares what a node sees of its cluster with what it saw before. */
export class ClusterWatch {
  private before: readonly Member[];
  private root: MemberId;

  /** @param self this node's id */
  constructor(
    private readonly self: MemberId,
    sight: ClusterSight,
  ) {
    this.before = this.membersOf(sight);
    this.root = sight.root;
  }

  /** The members, for the node's clients. */
  membersOf({ members, suspects }: ClusterSight): Member[] {
    const unreachable = new Set(suspects);
    return members.map(({ id, address, joined, isSuspect = false }) => ({
      id,
      isSelf: id === this.self,
      state: isSuspect || unreachable.has(id) ? "suspected" : "alive",
      ...(address !== undefined && { address }),
      ...(joined !== undefined && { joined }),
    }));
  }

  /** @returns what has changed since the last call */
  look(sight: ClusterSight): ClusterNews[] {
    const [before, now] = [this.before, this.membersOf(sight)];
    const news: ClusterNews[] = [];
    const tell = (what: MemberChange["what"], member: Member) =>
      news.push({ name: "member", news: { what, member: member.id, members: now.length } });
    const [earlier, present] = [byId(before), byId(now)];
    for (const member of before) if (!present.has(member.id)) tell("left", member);
    for (const member of now) {
      const old = earlier.get(member.id);
      if (old === undefined || old.joined !== member.joined) {
        // The same id in a new life.
        if (old !== undefined) tell("left", old);
        tell("joined", member);
        if (member.state === "suspected") tell("suspected", member);
      } else if (old.state !== member.state) tell(member.state === "suspected" ? "suspected" : "back", member);
    }
    if (sight.root !== this.root) news.push({ name: "root", news: { root: sight.root, before: this.root } });
    this.before = now;
    this.root = sight.root;
    return news;
  }
}

function byId(members: readonly Member[]): ReadonlyMap<MemberId, Member> {
  return new Map(members.map((member) => [member.id, member]));
}
