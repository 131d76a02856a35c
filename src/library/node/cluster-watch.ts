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

/** A cluster at the last look. There may be thousands of members, so each takes a few bytes. */
interface Memory {
  /** In order. */
  readonly members: readonly MemberId[];
  /** See `MemberDetails.joined`; without those of which it is not known. */
  readonly joined: ReadonlyMap<MemberId, number>;
  readonly suspected: ReadonlySet<MemberId>;
}

/** Compares what a node sees of its cluster with what it saw before. */
export class ClusterWatch {
  private before: Memory;
  private root: MemberId;

  /** @param self this node's id */
  constructor(
    private readonly self: MemberId,
    sight: ClusterSight,
  ) {
    this.before = memoryOf(sight);
    this.root = sight.root;
  }

  /** The members, for the node's clients. */
  membersOf(sight: ClusterSight): Member[] {
    const suspected = suspectsOf(sight);
    return sight.members.map(({ id, address, joined }) => ({
      id,
      isSelf: id === this.self,
      state: suspected.has(id) ? "suspected" : "alive",
      ...(address !== undefined && { address }),
      ...(joined !== undefined && { joined }),
    }));
  }

  /** @returns what has changed since the last call */
  look(sight: ClusterSight): ClusterNews[] {
    const [before, now] = [this.before, memoryOf(sight)];
    const news: ClusterNews[] = [];
    const tell = (what: MemberChange["what"], member: MemberId) =>
      news.push({ name: "member", news: { what, member, members: now.members.length } });
    const [earlier, present] = [new Set(before.members), new Set(now.members)];
    for (const member of before.members) if (!present.has(member)) tell("left", member);
    for (const member of now.members) {
      const isKnown = earlier.has(member);
      const isSuspected = now.suspected.has(member);
      if (!isKnown || before.joined.get(member) !== now.joined.get(member)) {
        // The same id in a new life.
        if (isKnown) tell("left", member);
        tell("joined", member);
        if (isSuspected) tell("suspected", member);
      } else if (before.suspected.has(member) !== isSuspected) tell(isSuspected ? "suspected" : "back", member);
    }
    if (sight.root !== this.root) news.push({ name: "root", news: { root: sight.root, before: this.root } });
    this.before = now;
    this.root = sight.root;
    return news;
  }
}

function memoryOf(sight: ClusterSight): Memory {
  const { members } = sight;
  return {
    members: members.map(({ id }) => id),
    joined: new Map(members.flatMap(({ id, joined }) => (joined === undefined ? [] : [[id, joined]]))),
    suspected: suspectsOf(sight),
  };
}

/** The members that the protocol or the membership suspects. */
function suspectsOf({ members, suspects }: ClusterSight): ReadonlySet<MemberId> {
  return new Set([...suspects, ...members.flatMap(({ id, isSuspect = false }) => (isSuspect ? [id] : []))]);
}
