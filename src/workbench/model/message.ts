import type { Knowledge } from "./knowledge.js";
import { beginningOf } from "./printable.js";

/** A message as Maelstrom's protocol defines it, already known to be well-formed. */
export interface Message {
  readonly src: string;
  readonly dest: string;
  readonly body: MessageBody;
  readonly id?: number;
}

/** The body of a message: a JSON object, of which the bench reads a few keys and passes on the rest as it is. */
export type MessageBody = { readonly [key: string]: unknown };

/** A message on its way to a node. */
export interface Delivery {
  /** Of a node's message that has a line only the type is left of its body. */
  readonly message: Message;
  /** The very line that the sender printed, when there is one: a host that writes lines need not build it again. */
  readonly line?: string;
  /** What its sender may have known when it sent it; absent for a client's request. */
  readonly knowledge?: Knowledge;
}

/** What a node printed, parsed but not yet trusted. */
export interface Printed {
  readonly message: unknown;
  /** The line itself, without its end; absent when the node runs in this process and prints no lines. */
  readonly line?: string;
  /** Size of the line in bytes, its end not counted. */
  readonly bytes: number;
  /** What stood on the line behind the message, and is not part of `line`; absent if nothing did. */
  readonly rest?: string;
}

/** Characters of a type that are kept: some are counted, and a node may choose a long one for each message. */
const LONGEST_TYPE = 200;

/** The type of a message, for the statistics; a body need not have one. A very long one is cut. */
export function typeOf({ type }: MessageBody): string {
  if (typeof type !== "string") return "(no type)";
  return type.length <= LONGEST_TYPE ? type : `${beginningOf(type, LONGEST_TYPE)}…`;
}
