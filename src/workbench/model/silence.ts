import type { MessageBody } from "./message.js";
import type { OutputState } from "./node-host.js";
import { isInteger, NumberLiteral } from "./number-literals.js";
import { quote } from "./protocol-rules.js";

/** The first request of a client has this id. */
const FIRST_MESSAGE = 1;

/**
 * The probable reason why a node did not answer its first request, as a clause; `undefined` if none is known.
 * @param output the node's output; `undefined` if its host does not know it
 * @param stray a message to the same client that answered another request, or none
 */
export function whyNoAnswer(request: string, output: OutputState | undefined, stray?: MessageBody): string | undefined {
  if (stray !== undefined) return wrongReply(request, stray);
  if (output === undefined) return undefined;
  const { bytes, unfinished, closed, stopsReading } = output;
  if (closed) return "it has closed its stdout";
  if (stopsReading) return "it has closed its stdin";
  if (bytes === 0) return "it has printed nothing (does it flush its output? Python: print(…, flush=True))";
  const size = `${unfinished} ${unfinished === 1 ? "byte" : "bytes"}`;
  if (bytes === unfinished) return `it has printed ${size} and no line break (each message ends with a newline)`;
  return unfinished === 0
    ? "none of its output answers the request"
    : `the last ${size} of its output ${unfinished === 1 ? "has" : "have"} no line break`;
}

function wrongReply(request: string, { type, in_reply_to }: MessageBody): string {
  const reply = typeof type === "string" ? quote(type).slice(1, -1) : "a reply without a type";
  if (in_reply_to === undefined) return `its ${reply} has no in_reply_to; ${request} was message ${FIRST_MESSAGE}`;
  return `its ${reply} answers message ${quote(in_reply_to)}${kindOf(in_reply_to)}; ${request} was message ${FIRST_MESSAGE}`;
}

/** The problem with an `in_reply_to` that is not an integer, as a relative clause. */
function kindOf(inReplyTo: unknown): string {
  if (isInteger(inReplyTo)) return "";
  const isNumber = typeof inReplyTo === "number" || inReplyTo instanceof NumberLiteral;
  return isNumber ? ", which is a float (Maelstrom distinguishes 1.0 from 1)" : ", which is not a number";
}
