import type { MemberId } from "../../domain/ports/transport.js";

/** The version of what is said on a connection: of these lines, and of the messages that follow. */
const VERSION = 1;

/** The most bytes of a control line. */
export const LONGEST_CONTROL_LINE = 4096;

/** The first line in either direction: who speaks, and to whom it believes to speak. */
export interface Hello {
  readonly from: MemberId;
  readonly to: MemberId;
  /** Another one each time that the sender starts. */
  readonly life: string;
  /** The sender counts its hellos, in a life. */
  readonly serial: number;
}

/** Whatever a control line says. */
export type ControlLine =
  | ({ readonly kind: "hello" } & Hello)
  /** Instead of a hello: why the connection is closed. `superfluous`: there is one already, and all is well. */
  | { readonly kind: "refusal"; readonly reason: string; readonly superfluous: boolean }
  /** Asks for any sign of life. */
  | { readonly kind: "ping" }
  | { readonly kind: "pong" }
  /** It speaks another version, or something else; in words. */
  | { readonly kind: "unknown"; readonly problem: string };

/** What no message begins with, and every control line does. */
const START = '{"tidecast":';

export function writeHello({ from, to, life, serial }: Hello): string {
  return `${JSON.stringify({ tidecast: VERSION, from, to, life, serial })}\n`;
}

export function writeRefusal(reason: string, superfluous: boolean): string {
  return `${JSON.stringify({ tidecast: VERSION, refused: reason, superfluous })}\n`;
}

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
  const { tidecast, from, to, life, serial, refused, superfluous, ping, pong } = content as Record<string, unknown>;
  if (tidecast !== VERSION)
    return {
      kind: "unknown",
      problem: `it speaks version ${JSON.stringify(tidecast)?.slice(0, 20)} of the protocol, and this node version ${VERSION}`,
    };
  if (typeof refused === "string")
    return { kind: "refusal", reason: refused.slice(0, 300), superfluous: superfluous === true };
  if (ping === true) return { kind: "ping" };
  if (pong === true) return { kind: "pong" };
  if (typeof from === "string" && typeof to === "string" && typeof life === "string" && Number.isSafeInteger(serial))
    return { kind: "hello", from, to, life, serial: serial as number };
  return { kind: "unknown", problem: "its hello lacks from, to, life or serial" };
}
