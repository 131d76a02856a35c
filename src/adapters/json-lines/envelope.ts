import { isUtf8 } from "node:buffer";

/** One message as a line of Maelstrom's protocol, which our nodes use on every stream; the body is an object, otherwise not yet validated. */
export interface Envelope {
  readonly src: string;
  readonly dest: string;
  readonly body: object;
}

/**
 * Parses one line.
 * @returns the message and its text; or a description of the problem
 */
export function parseEnvelope(line: Buffer): { readonly envelope: Envelope; readonly text: string } | string {
  if (!isUtf8(line)) return "it is not valid UTF-8";
  const text = line.toString("utf8");
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return "it is not JSON";
  }
  if (!isObject(message)) return "it is not a JSON object";
  const { src, dest, body } = message;
  if (typeof src !== "string") return "it needs the key src with a string";
  if (typeof dest !== "string") return "it needs the key dest with a string";
  if (!isObject(body)) return "it needs the key body with an object";
  return { envelope: { src, dest, body }, text };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
