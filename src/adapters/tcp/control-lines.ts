import type { MemberId } from "../../domain/ports/transport.js";

/** Version of the connection protocol: of these lines, and of the messages that follow. */
const VERSION = 1;

/** Upper bound on a node's hellos in one life. */
const HIGHEST_SERIAL = 2 ** 31 - 1;

/** The most bytes of a control line. */
export const LONGEST_CONTROL_LINE = 4096;

/** The first line in either direction: the sender, and the intended receiver. */
export interface Hello {
  readonly from: MemberId;
  readonly to: MemberId;
  /** Differs for each start of the sender. */
  readonly life: string;
  /** Counts the sender's hellos in this life, from 1. */
  readonly serial: number;
  /** Address on which the sender listens, for log lines. */
  readonly listens?: string;
  /** Versions of the compact wire that the sender reads; absent if it reads JSON lines only. */
  readonly compact?: readonly number[];
}

/** Content of a control line. */
export type ControlLine =
  | ({ readonly kind: "hello" } & Hello)
  /** Sent instead of a hello: why the connection is closed. `superfluous`: there already is one, and nothing is wrong. */
  | { readonly kind: "refusal"; readonly reason: string; readonly superfluous: boolean }
  /** Sent instead of a hello: asks who is there. The answer names the node, and ends the connection. */
  | { readonly kind: "who"; readonly from: MemberId }
  | { readonly kind: "me"; readonly id: MemberId }
  /** Asks for any sign of life. */
  | { readonly kind: "ping" }
  | { readonly kind: "pong" }
  /** Another process at `rival` uses the receiver's id; the receiver is at `you`. Asks whether the receiver is alive. */
  | { readonly kind: "rival"; readonly rival: string; readonly you: string }
  /** Answers that question. */
  | { readonly kind: "alive" }
  /** The sender speaks another version or protocol; described in words. */
  | { readonly kind: "unknown"; readonly problem: string };

/** Every control line begins with this, and no message does. */
const START = '{"tidecast":';

export function writeHello({ from, to, life, serial, listens, compact }: Hello): string {
  return `${JSON.stringify({ tidecast: VERSION, from, to, life, serial, listens, compact })}\n`;
}

export function writeRefusal(reason: string, superfluous: boolean): string {
  return `${JSON.stringify({ tidecast: VERSION, refused: reason, superfluous })}\n`;
}

export function writeRival(rival: string, you: string): string {
  return `${JSON.stringify({ tidecast: VERSION, rival, you })}\n`;
}

export function writeWho(from: MemberId): string {
  return `${JSON.stringify({ tidecast: VERSION, who: from })}\n`;
}

export function writeMe(id: MemberId): string {
  return `${JSON.stringify({ tidecast: VERSION, me: id })}\n`;
}

export const ALIVE = `{"tidecast":${VERSION},"alive":true}\n`;
export const PING = `{"tidecast":${VERSION},"ping":true}\n`;
export const PONG = `{"tidecast":${VERSION},"pong":true}\n`;

/** Whether a line is a control line and not a message. */
export function isControlLine(line: Buffer): boolean {
  return line.subarray(0, START.length).toString("latin1") === START;
}

export function readControlLine(line: Buffer): ControlLine {
  let content: unknown;
  try {
    content = JSON.parse(line.toString("utf8"));
  } catch {
    // The content stays `undefined`, which is no object.
  }
  if (typeof content !== "object" || content === null || !("tidecast" in content))
    return { kind: "unknown", problem: "it does not speak Tidecast's protocol" };
  const { tidecast, from, to, life, serial, refused, superfluous, ping, pong, ...others } = content as Record<
    string,
    unknown
  >;
  const { listens, rival, you, alive, compact, who, me } = others;
  if (tidecast !== VERSION)
    return {
      kind: "unknown",
      problem: `it speaks version ${JSON.stringify(tidecast).slice(0, 20)} of the protocol, but this node speaks version ${VERSION}`,
    };
  if (typeof refused === "string")
    return { kind: "refusal", reason: refused.slice(0, 300), superfluous: superfluous === true };
  if (ping === true) return { kind: "ping" };
  if (pong === true) return { kind: "pong" };
  if (alive === true) return { kind: "alive" };
  if (isText(who)) return { kind: "who", from: who };
  if (isText(me)) return { kind: "me", id: me };
  if (isText(rival) && isText(you)) return { kind: "rival", rival, you };
  if (!isText(from) || !isText(to) || !isText(life) || serial === undefined)
    return { kind: "unknown", problem: "its hello lacks one of from, to, life and serial" };
  if (!(Number.isSafeInteger(serial) && (serial as number) >= 1 && (serial as number) <= HIGHEST_SERIAL))
    return {
      kind: "unknown",
      problem: `its hello has the invalid serial ${JSON.stringify(serial).slice(0, 30)}; it must be a whole number from 1 to ${HIGHEST_SERIAL}`,
    };
  return {
    kind: "hello",
    from,
    to,
    life,
    serial: serial as number,
    ...(isText(listens) && { listens }),
    // A later version may write this in another way: then the two understand each other in JSON.
    ...(Array.isArray(compact) && { compact: compact.filter((version) => Number.isSafeInteger(version)) }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
