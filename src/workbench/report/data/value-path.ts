import type { RecordedMessage, RecordedValue, RunReport } from "./run-report.js";
import { type Learned, spreadsOf } from "./spread.js";

/** How one node came by a value. Times in ms. */
export interface PathStep {
  readonly node: number;
  /** When it learned the value. */
  readonly at: number;
  /** Index of the message that brought it; absent at the node that a client gave it to. */
  readonly message?: number;
  /** The wait before it, in words. */
  readonly wait: string;
}

/** The way of a value through the cluster. */
export interface ValuePath {
  readonly value: RecordedValue;
  /** In the order in which the nodes learned it. */
  readonly steps: readonly PathStep[];
  /** Nodes that never learned it. */
  readonly missing: readonly number[];
  /** Indexes of all messages that carried it, the lost and the needless ones too. */
  readonly messages: readonly number[];
}

/** What is needed of a report. */
export type PathSource = Pick<RunReport, "nodes" | "causes" | "values" | "messages" | "shown">;

/** The way of a value, from the client's broadcast to the last node; undefined if there was no such value. */
export function valuePath(report: PathSource, value: number): ValuePath | undefined {
  const { nodes, messages } = report;
  const values = report.values.filter((each) => each.value === value);
  const spread = spreadsOf({ ...report, values })[0];
  if (spread === undefined) return undefined;
  const carrying = [...messages.keys()].filter((index) => messages[index]?.values.includes(value));
  const { learned } = spread;
  return {
    value: spread.value,
    steps: learned.map((event) => ({ ...event, wait: waitOf(event, learned, carrying, report) })),
    missing: [...nodes.keys()].filter((node) => !learned.some((event) => event.node === node)),
    messages: carrying,
  };
}

/** Why it came when it came: how long it was held, sent in vain, and on the wire. */
function waitOf(event: Learned, learned: readonly Learned[], carrying: readonly number[], report: PathSource): string {
  const { nodes, messages } = report;
  if (event.message === undefined) return "given by a client, or only shown in a read";
  const brought = messages[event.message] as RecordedMessage;
  const sender = nodes[brought.from];
  const wire = `${milliseconds(event.at - brought.sentAt)} on the wire from ${sender}`;
  const known = learned.find(({ node }) => node === brought.from)?.at;
  if (known === undefined || known > brought.sentAt) return wire;
  const earlier = carrying
    .map((index) => messages[index] as RecordedMessage)
    .filter(({ from, to, sentAt }) => from === brought.from && to === brought.to && sentAt < brought.sentAt);
  const first = earlier[0] ?? brought;
  const company = first.values.length - 1;
  const round = company === 0 ? "" : `, to travel with ${company} more`;
  const held =
    first.sentAt - known < 1
      ? `sent on at once by ${sender}`
      : `held by ${sender} for ${milliseconds(first.sentAt - known)}${round}`;
  return [held, ...(earlier.length === 0 ? [] : [again(earlier, brought, report)]), wire].join("; ");
}

function again(earlier: readonly RecordedMessage[], brought: RecordedMessage, { causes }: PathSource): string {
  const lost = earlier.find(({ lostBy }) => lostBy !== undefined)?.lostBy;
  const why = lost === undefined ? "which were slower" : `lost by ${causes[lost]}`;
  const sendings = earlier.length === 1 ? "1 sending" : `${earlier.length} sendings`;
  return `sent again ${milliseconds(brought.sentAt - (earlier[0] as RecordedMessage).sentAt)} later, after ${sendings} ${why}`;
}

function milliseconds(time: number): string {
  return `${time.toFixed(time < 10 ? 1 : 0)} ms`;
}
