import { FrameWriter, framesOf, NAMES, readMessage, readNames } from "../compact-wire/codec.js";
import type { Route } from "../compact-wire/context.js";
import { HeardNames, SentNames } from "../compact-wire/names.js";

/** After a JSON text: the sender reads the compact wire as well. Readers of JSON ignore it. */
const MARK = 0x20;

/** The form of a payload. `marked` and `plain` are JSON; `hello` is a mark without a message. */
export type PayloadForm = "compact" | "marked" | "plain" | "hello";

/** A payload that says only that the sender reads the compact wire. */
export const HELLO = Uint8Array.of(MARK);

/** Writes payloads. */
export class PayloadWriter {
  private readonly writer = new FrameWriter();

  /** Returns the payload with a dictionary of its own; `undefined` if the message has to leave as JSON. */
  compact(body: object, route: Route): Uint8Array | undefined {
    const names = new SentNames();
    const frame = this.writer.message(body, names, route);
    // The first byte is that of a dictionary, with which no JSON begins.
    return frame === undefined || names.size === 0 ? undefined : Buffer.concat([...this.writer.names(names, 0), frame]);
  }

  /** @param limit the most bytes of a payload: the mark is left out if there is no room for it */
  json(body: object, isMarked: boolean, limit: number): Uint8Array {
    const text = JSON.stringify(body);
    const isFull = Buffer.byteLength(text) >= limit;
    return Buffer.from(isMarked && !isFull ? `${text} ` : text);
  }
}

/** Returns the form of a payload. */
export function formOf(payload: Uint8Array): PayloadForm {
  if (payload[0] === NAMES) return "compact";
  if (payload.at(-1) !== MARK) return "plain";
  return payload.length === HELLO.length ? "hello" : "marked";
}

/**
 * Reads a payload of the compact form.
 * @param limit see `ReadingContext`
 * @returns the body; or a description of the problem
 */
export function readCompact(payload: Uint8Array, route: Route, limit: number): object | string {
  const names = new HeardNames();
  try {
    const frames = framesOf(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength));
    for (const { kind, content } of frames) {
      if (kind !== NAMES) return readMessage(kind, content, names, { route, limit });
      const problem = readNames(content, names);
      if (problem !== undefined) return problem;
    }
  } catch {
    return "it is incomplete";
  }
  return "it has no message";
}
