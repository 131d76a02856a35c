import type { Random } from "../../../domain/ports/random.js";
import { pick, shuffle } from "../chance.js";
import type { Cuts } from "../network-conditions.js";

/** The ways in which Jepsen partitions a network. */
export type PartitionKind = "one" | "majority" | "minority-third" | "majorities-ring";

/** Every kind of partition, with equal probabilities. */
export const PARTITION_KINDS = ["one", "majority", "minority-third", "majorities-ring"] as const;

/** A partition: the receivers that drop messages, the senders concerned, and a description. */
export interface Partition {
  readonly kind: PartitionKind;
  readonly cuts: Cuts;
  readonly detail: string;
}

/** Draws a partition of that kind. */
export function drawPartition(kind: PartitionKind, nodes: readonly string[], random: Random): Partition {
  switch (kind) {
    case "one": {
      const loner = pick(nodes, random);
      return split(
        kind,
        [loner],
        [...nodes].filter((node) => node !== loner),
      );
    }
    case "majority":
      return halves(kind, Math.floor(nodes.length / 2), shuffle(nodes, random));
    case "minority-third":
      // The largest number of nodes that is less than a third.
      return halves(kind, Math.ceil(nodes.length / 3) - 1, shuffle(nodes, random));
    case "majorities-ring": {
      const links = nodes.length <= 5 ? exactRing(nodes, random) : looseRing(nodes, random);
      const cuts = new Map(nodes.map((node) => [node, new Set(nodes.filter((other) => !links.get(node)?.has(other)))]));
      return { kind, cuts, detail: "every node sees a different majority" };
    }
  }
}

function halves(kind: PartitionKind, firstSize: number, nodes: readonly string[]): Partition {
  return split(kind, nodes.slice(0, firstSize), nodes.slice(firstSize));
}

function split(kind: PartitionKind, left: readonly string[], right: readonly string[]): Partition {
  const cuts = new Map<string, ReadonlySet<string>>();
  for (const node of left) cuts.set(node, new Set(right));
  for (const node of right) cuts.set(node, new Set(left));
  return { kind, cuts, detail: `${left.join(" ") || "none"} apart from ${right.join(" ") || "none"}` };
}

type Links = Map<string, Set<string>>;

/** Nodes in a random ring, each linked with itself and the nearest nodes on both sides that make a majority. */
function exactRing(nodes: readonly string[], random: Random): Links {
  const ring = shuffle(nodes, random);
  const size = majorityOf(ring.length);
  const links: Links = new Map();
  ring.forEach((_, start) => {
    const members = Array.from({ length: size }, (_, offset) => ring[(start + offset) % ring.length] as string);
    links.set(members[Math.floor(size / 2)] as string, new Set(members));
  });
  return links;
}

/** Links the least linked nodes with each other until every node has a majority: a ring for many nodes. */
function looseRing(nodes: readonly string[], random: Random): Links {
  const links: Links = new Map(nodes.map((node) => [node, new Set([node])]));
  const degree = (node: string) => links.get(node)?.size ?? 0;
  for (;;) {
    const byDegree = shuffle(nodes, random).sort((a, b) => degree(a) - degree(b));
    const poorest = byDegree[0];
    if (poorest === undefined || degree(poorest) >= majorityOf(nodes.length)) return links;
    const partner = byDegree.find((node) => !links.get(poorest)?.has(node));
    if (partner === undefined) return links;
    links.get(poorest)?.add(partner);
    links.get(partner)?.add(poorest);
  }
}

function majorityOf(count: number): number {
  return Math.floor(count / 2) + 1;
}
