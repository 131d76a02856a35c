import type { RecordedMessage, RecordedValue, RunReport } from "./run-report.js";
import type { Learned } from "./spread.js";
import { count, milliseconds, named } from "./words.js";

/** Cause of a wait: the client's request, a round, something else at a node, another attempt, the network. */
export type WaitKind = "accepted" | "round" | "held" | "again" | "wire";

/** One wait of a value on its path. Times in ms since the workload began. */
export interface Wait {
  readonly kind: WaitKind;
  /** The node where it waited; on the wire, the receiver. */
  readonly node: number;
  readonly from: number;
  readonly to: number;
  /** The wait in words, with its duration. */
  readonly words: string;
}

/** The parts of a report that waits are derived from. */
export type WaitSource = Pick<RunReport, "nodes" | "types" | "causes" | "faults" | "messages" | "mode">;

/** A value with the times when nodes learned it, and every message that carried it, in the order of departure. */
export interface Travelled {
  readonly value: RecordedValue;
  readonly learned: readonly Learned[];
  readonly carrying: readonly RecordedMessage[];
}

/** Our own nodes' message with a summary of their values; its receiver sends the missing ones. */
const DIGEST = "digest";
/** Time within which a digest is answered (ms), also by a real process on a busy machine. */
const ANSWER_TIME = 20;
/** Time that a real process needs to pass on a value without any wait (ms). */
const AT_ONCE = 5;
/** Messages that leave a node within this time (ms) belong to the same round. */
const SAME_ROUND = 150;

/** The waits of a value between its arrival at the sender and its arrival at a node, in order. */
export function waitsBefore(event: Learned, travelled: Travelled, report: WaitSource): readonly Wait[] {
  const { value, learned } = travelled;
  const brought = event.message === undefined ? undefined : report.messages[event.message];
  if (brought === undefined) {
    const isFirst = event.node === value.node && event.at === value.receivedAt;
    const words = isFirst ? givenIn(event.at - value.invokedAt) : "shown by a read, though no known message brought it";
    return [{ kind: "accepted", node: event.node, from: value.invokedAt, to: event.at, words }];
  }
  const onWire: Wait = {
    kind: "wire",
    node: event.node,
    from: brought.sentAt,
    to: event.at,
    words: `${milliseconds(event.at - brought.sentAt)} on the wire from ${report.nodes[brought.from]}`,
  };
  const known = learned.find(({ node }) => node === brought.from)?.at;
  // If nothing shows how the sender got the value, its wait is unknown.
  if (known === undefined || known > brought.sentAt) return [onWire];
  return [...waitsAtSender(known, brought, travelled, report), onWire];
}

/** The reason why a node never received a value, in words. */
export function absenceAt(node: number, { carrying }: Travelled, report: WaitSource): string {
  const sent = carrying.filter(({ to }) => to === node);
  if (sent.length === 0) return "no node sent it there";
  const open = sent.filter(({ lostBy }) => lostBy === undefined);
  if (open.length > 0) return `${count(open.length, "attempt")} still in flight at the end`;
  return `${failures(sent, report)}, from ${named([...new Set(sent.map(({ from }) => report.nodes[from] as string))])}`;
}

function givenIn(time: number): string {
  return time < AT_ONCE ? "sent by a client" : `sent by a client; the request took ${milliseconds(time)}`;
}

/** The waits from when the sender knew the value until the message that brought it left. */
function waitsAtSender(known: number, brought: RecordedMessage, travelled: Travelled, report: WaitSource): Wait[] {
  const earlier = travelled.carrying.filter(
    ({ from, to, sentAt }) => from === brought.from && to === brought.to && sentAt < brought.sentAt,
  );
  const first = earlier[0] ?? brought;
  const held = heldUntil(first, known, travelled, report);
  if (earlier.length === 0) return held;
  const words = `sent again ${milliseconds(brought.sentAt - first.sentAt)} later, after ${failures(earlier, report)}`;
  return [...held, { kind: "again", node: brought.from, from: first.sentAt, to: brought.sentAt, words }];
}

/** The waits from when the sender knew the value until it first left for that receiver. */
function heldUntil(first: RecordedMessage, known: number, { carrying }: Travelled, report: WaitSource): Wait[] {
  const { from: node, to: receiver, sentAt } = first;
  const name = report.nodes[node] as string;
  const wait = (kind: WaitKind, from: number, to: number, words: string): Wait => ({ kind, node, from, to, words });
  const took = milliseconds(sentAt - known);
  if (sentAt - known < AT_ONCE) return [wait("held", known, sentAt, `passed on at once by ${name}`)];
  const before = carrying.filter(
    (message) => message.from === node && message.to !== receiver && message.sentAt < sentAt - SAME_ROUND,
  );
  if (before.length > 0 && before.every(({ lostBy }) => lostBy !== undefined))
    return [
      wait(
        "held",
        known,
        sentAt,
        `held by ${name} for ${took}, while it was sent elsewhere: ${failures(before, report)}`,
      ),
    ];
  const standing = report.faults.find(
    ({ detail, from, to }) => detail.startsWith(`${name} `) && from < sentAt && to > known,
  );
  if (standing !== undefined)
    return [wait("held", known, sentAt, `held by ${name} for ${took} (meanwhile: ${standing.detail})`)];
  if (isAnswer(first, report))
    return [
      wait(
        "held",
        known,
        sentAt,
        `held by ${name} for ${took}, until a digest showed that ${report.nodes[receiver]} did not have it`,
      ),
    ];
  // If the same value left for other receivers much earlier, this receiver missed that round.
  const round = before.find(({ up }) => up === first.up);
  if (round === undefined) return [inRound(known, first, report)];
  const kept = `not sent by ${name} to ${report.nodes[receiver]} for another ${milliseconds(sentAt - round.sentAt)}`;
  return [
    inRound(known, round, report),
    wait("held", round.sentAt, sentAt, `${kept}${during(round.sentAt, sentAt, report)}`),
  ];
}

/** A wait that ended with the round of the sender, if it sends in rounds or windows. */
function inRound(known: number, { from, sentAt, values }: RecordedMessage, { nodes, mode }: WaitSource): Wait {
  const isRound = mode === "rounds" || mode === "window";
  const company = values.length === 1 ? "" : `, and sent with ${count(values.length - 1, "other value")}`;
  const words = `held ${isRound ? "for its round " : ""}by ${nodes[from]} for ${milliseconds(sentAt - known)}${company}`;
  return { kind: isRound ? "round" : "held", node: from, from: known, to: sentAt, words };
}

/** Whether the message answered a digest of its receiver. */
function isAnswer({ from, to, sentAt }: RecordedMessage, { messages, types }: WaitSource): boolean {
  const digest = types.indexOf(DIGEST);
  return messages.some((message) => {
    const { endedAt = Number.POSITIVE_INFINITY, lostBy, type } = message;
    const isRecent = endedAt <= sentAt && endedAt >= sentAt - ANSWER_TIME;
    return isRecent && type === digest && message.from === to && message.to === from && lostBy === undefined;
  });
}

/** The fate of messages that did not bring the value: "2 attempts lost to partition". */
function failures(messages: readonly RecordedMessage[], { causes }: WaitSource): string {
  const reasons = new Set(messages.flatMap(({ lostBy }) => (lostBy === undefined ? [] : [causes[lostBy] as string])));
  const slower = messages.length === 1 ? "that was slower" : "that were slower";
  const fate = reasons.size === 0 ? slower : `lost to ${named([...reasons])}`;
  return `${count(messages.length, "attempt")} ${fate}`;
}

function during(from: number, to: number, { faults }: WaitSource): string {
  const kinds = new Set(faults.filter((fault) => fault.from < to && fault.to > from).map(({ kind }) => kind));
  return kinds.size === 0 ? "" : ` (meanwhile: ${named([...kinds])})`;
}
