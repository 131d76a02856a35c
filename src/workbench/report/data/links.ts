import { isDeathOf } from "./deaths.js";
import type { RecordedMessage, RunReport } from "./run-report.js";
import { hasArrived } from "./spread.js";

/** The messages between two nodes, in both directions. */
export interface Link {
  readonly one: number;
  readonly other: number;
  /** Messages from `one` to `other`, and back. */
  readonly there: number;
  readonly back: number;
}

/** A time during which a node received upward messages and sent none: a root. */
export interface RootSpan {
  readonly node: number;
  readonly from: number;
  readonly to: number;
}

/** The tree as the traffic shows it. */
export interface Tree {
  readonly root: number;
  /** The parent of each node: the one to which it sent upwards most often. `undefined` for the root, and for nodes that never sent upwards. */
  readonly parents: readonly (number | undefined)[];
}

/** The parts of a report that show a tree. */
type Treed = Pick<RunReport, "nodes" | "messages" | "faults">;

/** A node that passes on values from below does so within a round; a node that takes longer than this (ms) is a root. */
const LONGEST_ROUND = 3_000;
/** A node that seems to be a root for less than this (ms) was only slow to pass on a value. */
const SHORTEST_REIGN = 1_000;
/** A tree of links with less than this share of the messages does not show where they went. */
const LEAST_SHARE = 0.6;

/** The load of every pair of nodes that exchanged messages, the busiest first. */
export function linksOf({ nodes, messages }: Pick<RunReport, "nodes" | "messages">): readonly Link[] {
  const links = new Map<number, { one: number; other: number; there: number; back: number }>();
  for (const { from, to } of messages) {
    const [one, other] = [Math.min(from, to), Math.max(from, to)];
    const key = one * nodes.length + other;
    const link = links.get(key) ?? { one, other, there: 0, back: 0 };
    if (from === one) link.there++;
    else link.back++;
    links.set(key, link);
  }
  return [...links.values()].sort((a, b) => loadOf(b) - loadOf(a));
}

/** Messages on a link in both directions. */
export function loadOf({ there, back }: Link): number {
  return there + back;
}

/** The roots over time, by the messages that nodes sent upwards; empty for nodes without a tree. */
export function rootsOf({ nodes, messages, faults }: Treed): readonly RootSpan[] {
  const ups = messages.filter(({ up }) => up);
  return nodes.flatMap((name, node) => {
    const sent = ups.filter(({ from }) => from === node).map(({ sentAt }) => sentAt);
    const deaths = faults.filter((fault) => isDeathOf(name, fault)).map(({ from }) => from);
    const endsReign = (from: number, to: number) => [...sent, ...deaths].some((at) => at > from && at <= to);
    const spans: { node: number; from: number; to: number }[] = [];
    for (const message of ups) {
      if (message.to !== node || !hasArrived(message)) continue;
      const at = message.endedAt;
      if (sent.some((time) => time >= at && time <= at + LONGEST_ROUND)) continue;
      const last = spans.at(-1);
      if (last !== undefined && !endsReign(last.to, at)) last.to = at;
      else spans.push({ node, from: at, to: at });
    }
    return spans.filter(({ from, to }) => to - from >= SHORTEST_REIGN);
  });
}

/** The tree that nodes were in most of the time; `undefined` for nodes without a tree. */
export function treeOf(report: Treed): Tree | undefined {
  const time = new Map<number, number>();
  for (const { node, from, to } of rootsOf(report)) time.set(node, (time.get(node) ?? 0) + to - from);
  const root = [...time].sort((one, other) => other[1] - one[1])[0]?.[0];
  if (root === undefined) return undefined;
  const ups = report.messages.filter(({ up }) => up);
  const favourites = report.nodes.map((_, node) => (node === root ? undefined : favouriteOf(node, ups)));
  // Nodes that swapped places during the run may each have been the other's parent.
  const parents = favourites.map((parent, node) => (isUnder(root, node, favourites) ? parent : root));
  return { root, parents: parents.map((parent, node) => (node === root ? undefined : parent)) };
}

/**
 * The tree of the busiest links that connect all nodes, with the busiest node as its root. `undefined` if there is none, or if
 * it carries too few of the messages to show where they went.
 */
export function busiestTree(report: Pick<RunReport, "nodes" | "messages">): Tree | undefined {
  const links = linksOf(report);
  const group = report.nodes.map((_, node) => node);
  const edges = links.filter(({ one, other }) => {
    const [kept, merged] = [group[one] as number, group[other] as number];
    if (kept === merged) return false;
    for (const [node, of] of group.entries()) if (of === merged) group[node] = kept;
    return true;
  });
  const sumOf = (some: readonly Link[]) => some.reduce((sum, link) => sum + loadOf(link), 0);
  if (edges.length < report.nodes.length - 1 || sumOf(edges) < LEAST_SHARE * sumOf(links)) return undefined;
  const loads = report.nodes.map((_, node) => sumOf(links.filter(({ one, other }) => one === node || other === node)));
  const root = loads.indexOf(Math.max(...loads));
  const parents: (number | undefined)[] = report.nodes.map(() => undefined);
  const reached = [root];
  for (const node of reached)
    for (const { one, other } of edges) {
      const next = one === node ? other : other === node ? one : undefined;
      if (next === undefined || reached.includes(next)) continue;
      parents[next] = node;
      reached.push(next);
    }
  return { root, parents };
}

function favouriteOf(node: number, ups: readonly RecordedMessage[]): number | undefined {
  const counts = new Map<number, number>();
  for (const { from, to } of ups) if (from === node) counts.set(to, (counts.get(to) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1])[0]?.[0];
}

/** Whether the path up from a node ends at the root. */
function isUnder(root: number, node: number, parents: readonly (number | undefined)[]): boolean {
  let place: number | undefined = node;
  for (let steps = 0; steps <= parents.length && place !== undefined; steps++) {
    if (place === root) return true;
    place = parents[place];
  }
  return false;
}
