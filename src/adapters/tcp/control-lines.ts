import type { MemberId } from "../../domain/ports/transport.js";

/** The version of what is said on a connection: of these lines, and of the messages that follow. */
const VERSION = 1;

/** No node says hello more often than this in one life. */
const HIGHEST_SERIAL = 2 ** 31 - 1;

/** The most bytes of a control line. */
export const LONGEST_CONTROL_LINE = 4096;

/** The first line in either direction: who speaks, and to whom it believes to speak. */
export interface Hello {
  readonly from: MemberId;
  readonly to: MemberId;
  /** Another one each time that the sender starts. */
  readonly life: string;
  /** The sender counts its hellos, in a life, from 1. */
  readonly serial: number;
  /** Where the sender listens, for people. */
  readonly listens?: string;
}

/** Whatever a control line says. */
export type ControlLine =
  | ({ readonly kind: "hello" } & Hello)
  /** Instead of a hello: why the connection is closed. `superfluous`: there is one already, and all is well. */
  | { readonly kind: "refusal"; readonly reason: string; readonly superfluous: boolean }
  /** Asks for any sign of life. */
  | { readonly kind: "ping" }
  | { readonly kind: "pong" }
  /** Another process says that it is the receiver, at `rival`; the receiver is at `you`. Asks whether the receiver is alive. */
  | { readonly kind: "rival"; readonly rival: string; readonly you: string }
  /** Answers that. */
  | { readonly kind: "alive" }
  /** It speaks another version, or something else; in words. */
  | { readonly kind: "unknown"; readonly problem: string };

/** What no message begins with, and every control line does. */
const START = '{"tidecast":';

export function writeHello({ from, to, life, serial, listens }: Hello): string {
  return `${JSON.stringify({ tidecast: VERSION, from, to, life, serial, listens })}\n`;
}

export function writeRefusal(reason: string, superfluous: boolean): string {
  return `${JSON.stringify({ tidecast: VERSION, refused: reason, superfluous })}\n`;
}

export function writeRival(rival: string, you: string): string {
  return `${JSON.stringify({ tidecast: VERSION, rival, you })}\n`;
}

export const ALIVE = `{"tidecast":${VERSION},"alive":true}\n`;
export const PING = `{"tidecast":${VERSION},"ping":true}\n`;
export const PONG = `{"tidecast":${VERSION},"pong":true}\n`;

/** Whether a line is one of these, and no message. */
export function isControlLine(line: Buffer): boolean {
  return line.subarray(0, START.length).toString("latin1") === START;
}

export function readControlLine(line: Buffer): ControlLine {
  let content: unknown;
  try {
    content = JSON.parse(line.toString("utf8"));
  } catch {
    return { kind: "unknown", problem: "it does not speak Tidecast's protocol" };
  }
  if (typeof content !== "object" || content === null || !("tidecast" in content))
    return { kind: "unknown", problem: "it does not speak Tidecast's protocol" };
  const { tidecast, from, to, life, serial, refused, superfluous, ping, pong, ...others } = content as Record<
    string,
    unknown
  >;
  const { listens, rival, you, alive } = others;
  if (tidecast !== VERSION)
    return {
      kind: "unknown",
      problem: `it speaks version ${JSON.stringify(tidecast)?.slice(0, 20)} of the protocol, and this node version ${VERSION}`,
    };
  if (typeof refused === "string")
    return { kind: "refusal", reason: refused.slice(0, 300), superfluous: superfluous === true };
  if (ping === true) return { kind: "ping" };
  if (pong === true) return { kind: "pong" };
  if (alive === true) return { kind: "alive" };
  if (isText(rival) && isText(you)) return { kind: "rival", rival, you };
  if (!isText(from) || !isText(to) || !isText(life) || serial === undefined)
    return { kind: "unknown", problem: "its hello lacks from, to, life or serial" };
  if (!(Number.isSafeInteger(serial) && (serial as number) >= 1 && (serial as number) <= HIGHEST_SERIAL))
    return {
      kind: "unknown",
      problem: `its hello has the serial ${JSON.stringify(serial).slice(0, 30)}, which must be a whole number from 1 to ${HIGHEST_SERIAL}`,
    };
  return { kind: "hello", from, to, life, serial: serial as number, ...(isText(listens) && { listens }) };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
