import type { FaultSpan, RecordedMessage, RecordedValue, RunReport } from "./data/run-report.js";
import { type Learned, nodeCount, type Spread } from "./data/spread.js";
import { type Travelled, waitsBefore } from "./data/waits.js";
import { count, grouped, MOST_NAMED, named, seconds } from "./data/words.js";

/** What stories are told of. */
export type Told = Pick<
  RunReport,
  "nodes" | "services" | "types" | "causes" | "faults" | "values" | "messages" | "shown" | "mode"
>;

/** Which messages brought it to somebody who lacked it. */
export function carriage({ value, learned }: Spread, told: Told): string[] {
  const carrying = told.messages.filter((message) => message.values.includes(value.value));
  if (carrying.length === 0) return [`No message ever carried it: ${told.nodes[value.node]} kept it to itself.`];
  const brought = learned.filter((event) => event.message !== undefined);
  const head = `${count(carrying.length, "message")} carried it, ${shareOf(brought.length, carrying.length)} to a node that lacked it`;
  const hops = hopsOf(brought, told);
  return [hops.length === 0 ? `${head}.` : `${head}: ${hops.join("; ")}.`];
}

function shareOf(some: number, all: number): string {
  if (some === 0) return "none";
  return some === all ? "each" : `${some} of them`;
}

/** One clause for each sender: to whom it brought the value, and when it sent. */
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
    return `${told.nodes[sender]} to ${receivers}, sent ${when}, there by ${seconds(arrived)}`;
  });
  if (hops.length <= MOST_NAMED) return hops;
  return [...hops.slice(0, MOST_NAMED), `and ${count(hops.length - MOST_NAMED, "further sender")}`];
}

/** Which messages with it were dropped, by which fault. */
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

/** Whether messages with it that were dropped were ever sent again. */
export function retries({ value }: RecordedValue, told: Told): string[] {
  const carrying = told.messages.filter(({ values }) => values.includes(value));
  const dropped = carrying.filter(({ lostBy }) => lostBy !== undefined);
  const wasRepeated = ({ from, to, sentAt }: RecordedMessage) =>
    carrying.some((other) => other.from === from && other.to === to && other.sentAt > sentAt);
  if (dropped.length === 0 || dropped.some(wasRepeated)) return [];
  return ["No node sent it that way again: a message has to be repeated until its receiver has acknowledged it."];
}

function isTakenBy({ kind, from, to }: FaultSpan, message: RecordedMessage, { causes }: Told): boolean {
  const at = endOf(message);
  return causes[message.lostBy as number] === kind && from <= at && at <= to;
}

function endOf({ sentAt, endedAt }: RecordedMessage): number {
  return endedAt ?? sentAt;
}

/** Who never got it; or who got it last, and on which way: what was held where, and how long it was on the wire. */
export function arrival({ value, learned }: Spread, told: Told): string[] {
  const nodes = told.nodes.slice(0, nodeCount(told));
  const missing = nodes.filter((_, node) => !learned.some((event) => event.node === node));
  if (missing.length > 0) {
    const open = told.messages.filter(({ endedAt, values }) => endedAt === undefined && values.includes(value.value));
    const way =
      open.length === 0
        ? ""
        : `, though ${count(open.length, "message")} with it ${open.length === 1 ? "was" : "were"} under way at the end`;
    return [`It never reached ${named(missing)}${way}.`];
  }
  const last = learned.findLast(({ node }) => node < nodes.length);
  if (last?.message === undefined) return [];
  const head = `The last to get it was ${told.nodes[last.node]}, at ${seconds(last.at)}`;
  const carrying = told.messages.filter(({ values }) => values.includes(value.value));
  return [`${head}: ${wayTo(last, { value, learned, carrying }, told).join("; ")}.`];
}

/** One clause for each wait on the way of a value to a node, from the first node on. */
function wayTo(event: Learned, travelled: Travelled, told: Told): string[] {
  if (event.message === undefined) return [];
  const { from, sentAt } = told.messages[event.message] as RecordedMessage;
  const sender = travelled.learned.find(({ node, at }) => node === from && at <= sentAt);
  const before = sender === undefined ? [] : wayTo(sender, travelled, told);
  return [...before, ...waitsBefore(event, travelled, told).map(({ words }) => words)];
}
