import type { Knowledge } from "./knowledge.js";
import { beginningOf } from "./printable.js";

/** A well-formed message of Maelstrom's protocol. */
export interface Message {
  readonly src: string;
  readonly dest: string;
  readonly body: MessageBody;
  readonly id?: number;
}

/** The body of a message: a JSON object. The bench reads a few keys and passes on the rest unchanged. */
export type MessageBody = { readonly [key: string]: unknown };

/** A message on its way to a node. */
export interface Delivery {
  /** The message. If it has a line, only the type is left of its body. */
  readonly message: Message;
  /** The line that the sender printed, if there is one; a host that writes lines need not build it again. */
  readonly line?: string;
  /** The values that the sender may have known when it sent the message; absent for a client's request. */
  readonly knowledge?: Knowledge;
}

/** A parsed message of a node, not yet validated. */
export interface Printed {
  readonly message: unknown;
  /** The line without its end; absent if the node runs in this process and prints no lines. */
  readonly line?: string;
  /** Size of the line in bytes, without its end. */
  readonly bytes: number;
  /** Text on the line after the message, not part of `line`; absent if there was none. */
  readonly rest?: string;
}

/** Longest type that is kept, in characters; types are counted, and a node may choose a long one for each message. */
const LONGEST_TYPE = 200;

/** The type of a message for the statistics; a body need not have one. A very long type is cut. */
export function typeOf({ type }: MessageBody): string {
  if (typeof type !== "string") return "(no type)";
  return type.length <= LONGEST_TYPE ? type : `${beginningOf(type, LONGEST_TYPE)}…`;
}
