import { isUtf8 } from "node:buffer";

/** One message as a line of Maelstrom's protocol, which our nodes use on every stream; the body is an object, otherwise not yet validated. */
export interface Envelope {
  readonly src: string;
  readonly dest: string;
  readonly body: object;
}

/**
 * Parses one line.
 * @returns the message; or a description of the problem
 */
export function parseEnvelope(line: Buffer): Envelope | string {
  return isUtf8(line) ? parseEnvelopeText(line.toString("utf8")) : "it is not valid UTF-8";
}

/** Does the same for a line that is decoded already. */
export function parseEnvelopeText(line: string): Envelope | string {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return "it is not JSON";
  }
  if (!isObject(message)) return "it is not a JSON object";
  const { src, dest, body } = message;
  if (typeof src !== "string") return "it needs the key src with a string";
  if (typeof dest !== "string") return "it needs the key dest with a string";
  if (!isObject(body)) return "it needs the key body with an object";
  return { src, dest, body };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
