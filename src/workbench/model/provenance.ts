import { type Knowledge, KnowledgeHolder } from "./knowledge.js";
import type { Delivery } from "./message.js";

/** A value that a node showed although no chain of delivered messages led there from the node that a client gave it to. */
export interface SideChannelValue {
  readonly value: number;
  /** The node that a client gave it to, and the time in ms of the clock; absent if no node had been given it yet. */
  readonly given?: { readonly node: string; readonly at: number };
}

const MOST_VALUES_LISTED = 5;

/**
 * Describes the reads that showed such values, as a clause about the node.
 * @param values at least one
 * @param timeOf turns a time of the clock into one since the workload began, in ms
 */
export function sideChannelProblem(
  node: string,
  values: readonly SideChannelValue[],
  timeOf: (at: number) => number,
): string {
  const listed = values.slice(0, MOST_VALUES_LISTED).map(({ value, given }) => {
    return given === undefined
      ? `${value} (not yet given to any node)`
      : `${value} (given to ${given.node} at ${(timeOf(given.at) / 1000).toFixed(3)} s)`;
  });
  const more = values.length > listed.length ? ` and ${values.length - listed.length} more` : "";
  const [them, they] = values.length === 1 ? ["it", "it"] : ["them", "they"];
  const source = `${they} came by a side channel, such as a file or a socket, or from an earlier run`;
  return `sent a read_ok that shows ${listed.join(", ")}${more}, but no message can have brought ${them} to ${node}: ${source}`;
}

/** A value that a client gave to a node: its position among that node's values, from 1. */
interface Given {
  readonly node: string;
  readonly origin: number;
  readonly place: number;
  readonly at: number;
}

/**
 * Tracks which values can have reached which participant, a node or a service, by delivered messages alone.
 *
 * It ignores bodies: any message may carry all that its sender may have. So it never suspects an honest node. A node that cheats
 * goes unnoticed only where messages could have brought it the same values. Values survive a node's death, since a journal may
 * have kept them. Replies to clients lead nowhere, since clients pass on nothing but their own broadcasts.
 *
 * These are vector clocks whose events are clients' broadcasts. All messages that a node sends before it learns anything new share one clock.
 * Nodes share those parts of their clocks that are the same.
 */
export class Provenance {
  private readonly nodes: ReadonlySet<string>;
  /** The nodes that clients gave values to, in the order of their first values, with their positions. */
  private readonly origins = new Map<string, number>();
  private readonly participants = new Map<string, KnowledgeHolder>();
  /** By value. */
  private readonly given: Given[] = [];

  constructor(nodeIds: readonly string[]) {
    this.nodes = new Set(nodeIds);
  }

  /** The values that a participant may know now. */
  knowledgeOf(participant: string): Knowledge {
    return this.holder(participant).share();
  }

  /** Takes a message that is about to be handed to its receiver. @param at in ms of the clock */
  delivered(at: number, { message, knowledge }: Delivery): void {
    const { dest, body } = message;
    if (knowledge !== undefined) this.holder(dest).learn(knowledge);
    else if (body.type === "broadcast") this.wasGiven(dest, body.message as number, at);
  }

  /**
   * Returns those of some shown values that cannot have come by messages. Afterwards the node counts as having them, so each is
   * reported once.
   * @param values the values that a read showed
   * @param broadcast number of values that clients have broadcast; other numbers are not values
   */
  withoutWay(node: string, values: readonly unknown[], broadcast: number): SideChannelValue[] {
    const holder = this.holder(node);
    const found = values.filter((value): value is number => {
      if (typeof value !== "number" || !(value >= 0 && value < broadcast) || !Number.isInteger(value)) return false;
      const given = this.given[value];
      return given === undefined || !holder.has(given.origin, given.place);
    });
    return [...new Set(found)].map((value) => {
      const given = this.given[value];
      if (given === undefined) return { value };
      holder.raise(given.origin, given.place);
      return { value, given: { node: given.node, at: given.at } };
    });
  }

  private wasGiven(node: string, value: number, at: number): void {
    if (!this.nodes.has(node)) return;
    const origin = this.origins.get(node) ?? this.origins.size;
    this.origins.set(node, origin);
    const holder = this.holder(node);
    const place = holder.count(origin) + 1;
    holder.raise(origin, place);
    this.given[value] = { node, origin, place, at };
  }

  private holder(participant: string): KnowledgeHolder {
    let holder = this.participants.get(participant);
    if (holder === undefined) {
      holder = new KnowledgeHolder();
      this.participants.set(participant, holder);
    }
    return holder;
  }
}
