import type { RecordedMessage, RecordedValue, RunReport } from "./run-report.js";
import type { Learned } from "./spread.js";
import { count, milliseconds, named } from "./words.js";

/** What a value waited for: its client's request, a round, something else at a node, another attempt, the network. */
export type WaitKind = "accepted" | "round" | "held" | "again" | "wire";

/** One wait of a value on its way. Times in ms since the workload began. */
export interface Wait {
  readonly kind: WaitKind;
  /** The node that it waited at; on the wire the one that it was on the way to. */
  readonly node: number;
  readonly from: number;
  readonly to: number;
  /** The same in words, with its length. */
  readonly words: string;
}

/** What is needed of a report. */
export type WaitSource = Pick<RunReport, "nodes" | "types" | "causes" | "faults" | "messages" | "mode">;

/** A value whose waits are told: who learned it when, and every message that carried it, in the order of departure. */
export interface Travelled {
  readonly value: RecordedValue;
  readonly learned: readonly Learned[];
  readonly carrying: readonly RecordedMessage[];
}

/** The name that our own nodes give to the message that says what they know: who gets one sends what it shows to be lacking. */
const DIGEST = "digest";
/** A digest is answered within this time (ms), by a real process on a busy machine too. */
const ANSWER_TIME = 20;
/** Passing something on takes a real process so long (ms) without any waiting. */
const AT_ONCE = 5;
/** Messages that leave one node within this time (ms) of one another leave in the same round. */
const SAME_ROUND = 150;

/** What a value waited for between its arrival where it came from and its arrival at a node, in order. */
export function waitsBefore(event: Learned, travelled: Travelled, report: WaitSource): readonly Wait[] {
  const { value, learned } = travelled;
  const brought = event.message === undefined ? undefined : report.messages[event.message];
  if (brought === undefined) {
    const isFirst = event.node === value.node && event.at === value.receivedAt;
    const words = isFirst
      ? givenIn(event.at - value.invokedAt)
      : "shown in a read: no message that we know of brought it";
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
  // A sender that had it from nobody knows it by itself, and cannot have waited.
  if (known === undefined || known > brought.sentAt) return [onWire];
  return [...waitsAtSender(known, brought, travelled, report), onWire];
}

/** Why a node never got a value, in words. */
export function absenceAt(node: number, { carrying }: Travelled, report: WaitSource): string {
  const sent = carrying.filter(({ to }) => to === node);
  if (sent.length === 0) return "nobody sent it there";
  const open = sent.filter(({ lostBy }) => lostBy === undefined);
  if (open.length > 0) return `${count(open.length, "sending")} still on the way at the end`;
  return `${vain(sent, report)}, from ${named([...new Set(sent.map(({ from }) => report.nodes[from] as string))])}`;
}

function givenIn(time: number): string {
  return time < AT_ONCE ? "given by a client" : `given by a client, whose request took ${milliseconds(time)}`;
}

/** From when the sender knew it until the message left that brought it. */
function waitsAtSender(known: number, brought: RecordedMessage, travelled: Travelled, report: WaitSource): Wait[] {
  const earlier = travelled.carrying.filter(
    ({ from, to, sentAt }) => from === brought.from && to === brought.to && sentAt < brought.sentAt,
  );
  const first = earlier[0] ?? brought;
  const held = heldUntil(first, known, travelled, report);
  if (earlier.length === 0) return held;
  const words = `sent again ${milliseconds(brought.sentAt - first.sentAt)} later, after ${vain(earlier, report)}`;
  return [...held, { kind: "again", node: brought.from, from: first.sentAt, to: brought.sentAt, words }];
}

/** From when the sender knew it until it first left for that receiver. */
function heldUntil(first: RecordedMessage, known: number, { carrying }: Travelled, report: WaitSource): Wait[] {
  const { from: node, to: receiver, sentAt } = first;
  const name = report.nodes[node] as string;
  const wait = (kind: WaitKind, from: number, to: number, words: string): Wait => ({ kind, node, from, to, words });
  const took = milliseconds(sentAt - known);
  if (sentAt - known < AT_ONCE) return [wait("held", known, sentAt, `sent on at once by ${name}`)];
  const before = carrying.filter(
    (message) => message.from === node && message.to !== receiver && message.sentAt < sentAt - SAME_ROUND,
  );
  if (before.length > 0 && before.every(({ lostBy }) => lostBy !== undefined))
    return [
      wait(
        "held",
        known,
        sentAt,
        `held by ${name} for ${took}, in which it was sent elsewhere: ${vain(before, report)}`,
      ),
    ];
  const standing = report.faults.find(
    ({ detail, from, to }) => detail.startsWith(`${name} `) && from < sentAt && to > known,
  );
  if (standing !== undefined)
    return [wait("held", known, sentAt, `held by ${name} for ${took} (meanwhile ${standing.detail})`)];
  if (isAnswer(first, report))
    return [
      wait(
        "held",
        known,
        sentAt,
        `held by ${name} for ${took}, until a digest showed that ${report.nodes[receiver]} lacked it`,
      ),
    ];
  // Its round has left without it for this receiver, if the same value left for others much earlier.
  const round = before.find(({ up }) => up === first.up);
  if (round === undefined) return [inRound(known, first, report)];
  const kept = `not sent to ${report.nodes[receiver]} by ${name} for another ${milliseconds(sentAt - round.sentAt)}`;
  return [
    inRound(known, round, report),
    wait("held", round.sentAt, sentAt, `${kept}${during(round.sentAt, sentAt, report)}`),
  ];
}

/** A wait that ended with the round of the sender, if it sends in rounds or windows. */
function inRound(known: number, { from, sentAt, values }: RecordedMessage, { nodes, mode }: WaitSource): Wait {
  const isRound = mode === "rounds" || mode === "window";
  const company = values.length === 1 ? "" : `, and left with ${count(values.length - 1, "other value")}`;
  const words = `held ${isRound ? "for its round " : ""}by ${nodes[from]} for ${milliseconds(sentAt - known)}${company}`;
  return { kind: isRound ? "round" : "held", node: from, from: known, to: sentAt, words };
}

/** Did it leave because its receiver had just said what it knows? */
function isAnswer({ from, to, sentAt }: RecordedMessage, { messages, types }: WaitSource): boolean {
  const digest = types.indexOf(DIGEST);
  return messages.some((message) => {
    const { endedAt = Number.POSITIVE_INFINITY, lostBy, type } = message;
    const isRecent = endedAt <= sentAt && endedAt >= sentAt - ANSWER_TIME;
    return isRecent && type === digest && message.from === to && message.to === from && lostBy === undefined;
  });
}

/** "2 sendings lost by partition": how messages ended that did not bring it. */
function vain(messages: readonly RecordedMessage[], { causes }: WaitSource): string {
  const reasons = new Set(messages.flatMap(({ lostBy }) => (lostBy === undefined ? [] : [causes[lostBy] as string])));
  const fate = reasons.size === 0 ? "which were slower" : `lost by ${named([...reasons])}`;
  return `${count(messages.length, "sending")} ${fate}`;
}

function during(from: number, to: number, { faults }: WaitSource): string {
  const kinds = new Set(faults.filter((fault) => fault.from < to && fault.to > from).map(({ kind }) => kind));
  return kinds.size === 0 ? "" : ` (meanwhile: ${named([...kinds])})`;
}
