import type { RecordedMessage, RecordedValue, RunReport } from "./run-report.js";

/** A node learns a value. */
export interface Learned {
  readonly node: number;
  readonly at: number;
  /** Index of the message that brought it; absent at the node that was given it, and where only a read tells. */
  readonly message?: number;
}

/** Who learned a value when, in order of time; the node that was given it comes first. */
export interface Spread {
  readonly value: RecordedValue;
  readonly learned: readonly Learned[];
}

/** How many of a report's `nodes` are nodes; the others, behind them, are services. */
export function nodeCount({ nodes, services = [] }: Pick<RunReport, "nodes" | "services">): number {
  return nodes.length - services.length;
}

/** What `spreadsOf` needs of a report. */
export type Traced = Pick<RunReport, "values" | "messages" | "shown">;

/** Who learned which value when: by being given it, by the first message that brought it, or, at the latest, by what it showed. */
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

/** Was it handed to its receiver? */
export function hasArrived(message: RecordedMessage): message is RecordedMessage & { readonly endedAt: number } {
  return message.endedAt !== undefined && message.lostBy === undefined;
}
