import { type Knowledge, KnowledgeHolder } from "./knowledge.js";
import type { Delivery } from "./message.js";

/** A value that a node showed although no chain of delivered messages had led there from the node that was given it. */
export interface SideChannelValue {
  readonly value: number;
  /** The node that a client gave it to, and when in ms of the clock; absent if no node had been given it yet. */
  readonly given?: { readonly node: string; readonly at: number };
}

const MOST_VALUES_LISTED = 5;

/**
 * What a node did that showed such values, as a clause about the node: which values, and where they were given.
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
  const source = "it came by a side channel, such as a file or a socket, or from an earlier run";
  return `sent a read_ok that shows ${listed.join(", ")}${more}, which no messages can have brought to ${node}: ${source}`;
}

/** A value as a client gave it to a node: the how-manieth of that node, from 1. */
interface Given {
  readonly origin: number;
  readonly place: number;
  readonly at: number;
}

/**
 * Follows which values can have reached which participant, a node or a service, by delivered messages alone.
 *
 * It looks at no body: whoever sends a message may send all that it may have, whatever the message looks like. So it never
 * suspects an honest node, and a node that cheats only where messages could have told it as much. What a node may have
 * outlasts its death: a journal may have kept it. Replies to clients lead nowhere, since clients pass nothing on but
 * their own broadcasts.
 *
 * These are vector clocks, with a client's broadcast for an event: a message costs one array of as many numbers as there are
 * nodes, shared by all that its sender sends before it learns anything new.
 */
export class Provenance {
  private readonly origins: ReadonlyMap<string, number>;
  private readonly participants = new Map<string, KnowledgeHolder>();
  /** By value. */
  private readonly given: Given[] = [];

  constructor(private readonly nodeIds: readonly string[]) {
    this.origins = new Map(nodeIds.map((node, index) => [node, index]));
  }

  /** What a participant may know now. */
  knowledgeOf(participant: string): Knowledge {
    return this.holder(participant).share();
  }

  /** A message is about to be handed to its receiver. @param at in ms of the clock */
  delivered(at: number, { message, knowledge }: Delivery): void {
    const { dest, body } = message;
    if (knowledge !== undefined) this.holder(dest).learn(knowledge);
    else if (body.type === "broadcast") this.wasGiven(dest, body.message as number, at);
  }

  /**
   * Which of some values that a node showed cannot have come by messages. From now on the node counts as having them, so
   * each is told of once.
   * @param values what a read showed
   * @param broadcast how many values clients have broadcast: other numbers are no values
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
      return { value, given: { node: this.nodeIds[given.origin] as string, at: given.at } };
    });
  }

  private wasGiven(node: string, value: number, at: number): void {
    const origin = this.origins.get(node);
    if (origin === undefined) return;
    const holder = this.holder(node);
    const place = holder.count(origin) + 1;
    holder.raise(origin, place);
    this.given[value] = { origin, place, at };
  }

  private holder(participant: string): KnowledgeHolder {
    let holder = this.participants.get(participant);
    if (holder === undefined) {
      holder = new KnowledgeHolder(this.nodeIds.length);
      this.participants.set(participant, holder);
    }
    return holder;
  }
}
