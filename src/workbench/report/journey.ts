import type { FaultSpan, RecordedMessage, RecordedValue, RunReport } from "./data/run-report.js";
import { type Learned, nodeCount, type Spread } from "./data/spread.js";
import { type Travelled, waitsBefore } from "./data/waits.js";
import { count, grouped, MOST_NAMED, named, seconds } from "./data/words.js";

/** The parts of a report that stories are made from. */
export type Told = Pick<
  RunReport,
  "nodes" | "services" | "types" | "causes" | "faults" | "values" | "messages" | "shown" | "mode"
>;

/** The messages that brought the value to a node without it. */
export function carriage({ value, learned }: Spread, told: Told): string[] {
  const carrying = told.messages.filter((message) => message.values.includes(value.value));
  if (carrying.length === 0) return [`No message carried it: ${told.nodes[value.node]} never passed it on.`];
  const brought = learned.filter((event) => event.message !== undefined);
  const head = `${count(carrying.length, "message")} carried it${shareOf(brought.length, carrying.length)} to a new node`;
  const hops = hopsOf(brought, told);
  return [hops.length === 0 ? `${head}.` : `${head}: ${hops.join("; ")}.`];
}

function shareOf(some: number, all: number): string {
  if (some === 0) return ", but none of them brought it";
  if (all === 1) return "";
  return some === all ? ", each of them" : `, and ${some} of them brought it`;
}

/** One clause per sender: the receivers, and the times. */
function hopsOf(brought: readonly Learned[], told: Told): string[] {
  const messages = brought.map((event) => ({
    event,
    message: told.messages[event.message as number] as RecordedMessage,
  }));
  const bySender = grouped(messages, ({ message }) => message.from);
  const hops = [...bySender].map(([sender, sent]) => {
    const times = sent.map(({ message }) => message.sentAt);
    const [first, last] = [Math.min(...times), Math.max(...times)];
    const arrived = Math.max(...sent.map(({ event }) => event.at));
    const when =
      seconds(first) === seconds(last) ? `at ${seconds(first)}` : `from ${seconds(first)} to ${seconds(last)}`;
    const receivers = named(sent.map(({ event }) => told.nodes[event.node] as string));
    return `${told.nodes[sender]} to ${receivers}, sent ${when}, received by ${seconds(arrived)}`;
  });
  if (hops.length <= MOST_NAMED) return hops;
  return [...hops.slice(0, MOST_NAMED), `and ${count(hops.length - MOST_NAMED, "other sender")}`];
}

/** The dropped messages with the value, by fault. */
export function drops({ value }: RecordedValue, told: Told): string[] {
  const dropped = told.messages.filter(({ lostBy, values }) => lostBy !== undefined && values.includes(value));
  const spanOf = (message: RecordedMessage) => told.faults.findIndex((span) => isTakenBy(span, message, told));
  return [...grouped(dropped, spanOf)].map(([index, messages]) => {
    const clauses = messages.map((message) => {
      return `${told.nodes[message.from]} to ${told.nodes[message.to]} at ${seconds(endOf(message))}`;
    });
    const span = told.faults[index];
    const cause = told.causes[(messages[0] as RecordedMessage).lostBy as number];
    const fault =
      span === undefined
        ? `a fault (${cause})`
        : `the ${span.kind} from ${seconds(span.from)} to ${seconds(span.to)} (${span.detail})`;
    return `${count(messages.length, "message")} with it ${messages.length === 1 ? "was" : "were"} dropped by ${fault}: ${named(clauses)}.`;
  });
}

/** Says so if no dropped message with the value was ever sent again. */
export function retries({ value }: RecordedValue, told: Told): string[] {
  const carrying = told.messages.filter(({ values }) => values.includes(value));
  const dropped = carrying.filter(({ lostBy }) => lostBy !== undefined);
  const wasRepeated = ({ from, to, sentAt }: RecordedMessage) =>
    carrying.some((other) => other.from === from && other.to === to && other.sentAt > sentAt);
  if (dropped.length === 0 || dropped.some(wasRepeated)) return [];
  return ["No node repeated these messages: a node must repeat a message until its receiver acknowledges it."];
}

function isTakenBy({ kind, from, to }: FaultSpan, message: RecordedMessage, { causes }: Told): boolean {
  const at = endOf(message);
  return causes[message.lostBy as number] === kind && from <= at && at <= to;
}

function endOf({ sentAt, endedAt }: RecordedMessage): number {
  return endedAt ?? sentAt;
}

/** The nodes that never received the value; or the last node to receive it, with each wait on its path. */
export function arrival({ value, learned }: Spread, told: Told): string[] {
  const nodes = told.nodes.slice(0, nodeCount(told));
  const missing = nodes.filter((_, node) => !learned.some((event) => event.node === node));
  if (missing.length > 0) {
    const open = told.messages.filter(({ endedAt, values }) => endedAt === undefined && values.includes(value.value));
    const way =
      open.length === 0
        ? ""
        : `, though ${count(open.length, "message")} with it ${open.length === 1 ? "was" : "were"} still in flight at the end`;
    return [`It never reached ${named(missing)}${way}.`];
  }
  const last = learned.findLast(({ node }) => node < nodes.length);
  if (last?.message === undefined) return [];
  const head = `The last node to receive it was ${told.nodes[last.node]}, at ${seconds(last.at)}`;
  const carrying = told.messages.filter(({ values }) => values.includes(value.value));
  return [`${head}: ${wayTo(last, { value, learned, carrying }, told).join("; ")}.`];
}

/** One clause per wait on the path of a value to a node, from the first node on. */
function wayTo(event: Learned, travelled: Travelled, told: Told): string[] {
  if (event.message === undefined) return [];
  const { from, sentAt } = told.messages[event.message] as RecordedMessage;
  const sender = travelled.learned.find(({ node, at }) => node === from && at <= sentAt);
  const before = sender === undefined ? [] : wayTo(sender, travelled, told);
  return [...before, ...waitsBefore(event, travelled, told).map(({ words }) => words)];
}
