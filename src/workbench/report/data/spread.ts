import type { RecordedMessage, RecordedValue, RunReport } from "./run-report.js";

/** A node learns a value. */
export interface Learned {
  readonly node: number;
  readonly at: number;
  /** Index of the message that brought it; absent at the first node, and if only a read shows it. */
  readonly message?: number;
}

/** The nodes that learned a value, in order of time; the node that a client gave it to comes first. */
export interface Spread {
  readonly value: RecordedValue;
  readonly learned: readonly Learned[];
}

/** Number of nodes among a report's `nodes`; the services follow them. */
export function nodeCount({ nodes, services = [] }: Pick<RunReport, "nodes" | "services">): number {
  return nodes.length - services.length;
}

/** The parts of a report that `spreadsOf` needs. */
export type Traced = Pick<RunReport, "values" | "messages" | "shown">;

/** When each node learned each value: from a client, by the first message that brought it, or, at the latest, when it showed it. */
export function spreadsOf({ values, messages, shown }: Traced): readonly Spread[] {
  const learned = new Map(values.map(({ value }) => [value, new Map<number, Learned>()]));
  const note = (value: number, event: Learned) => {
    const nodes = learned.get(value);
    const known = nodes?.get(event.node);
    if (nodes !== undefined && (known === undefined || event.at < known.at)) nodes.set(event.node, event);
  };
  for (const { value, node, receivedAt } of values) if (receivedAt !== undefined) note(value, { node, at: receivedAt });
  for (const [index, message] of messages.entries()) {
    if (!hasArrived(message)) continue;
    for (const value of message.values) note(value, { node: message.to, at: message.endedAt, message: index });
  }
  for (const { value, node, at } of shown) note(value, { node, at });
  return values.map((value) => ({
    value,
    learned: [...(learned.get(value.value) as Map<number, Learned>).values()].sort((a, b) => a.at - b.at),
  }));
}

/** Whether it was handed to its receiver. */
export function hasArrived(message: RecordedMessage): message is RecordedMessage & { readonly endedAt: number } {
  return message.endedAt !== undefined && message.lostBy === undefined;
}
