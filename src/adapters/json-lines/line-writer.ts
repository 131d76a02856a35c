import { perObject } from "../../domain/values/per-object.js";

/** Shorter lists are written anew each time. */
const LONG_LIST = 16;

/** The text of a list from this length on (characters) becomes bytes once, which all messages with it share. */
const LONG_TEXT = 4_096;

/** A part of a line, to be written as UTF-8 if it is a text. */
export type Piece = string | Buffer;

/** The answer to a broadcast. */
interface BroadcastOk {
  readonly type: "broadcast_ok";
  readonly in_reply_to: number;
}

/**
 * Writes messages as lines of Maelstrom's protocol. Messages with the same values share one list of them, although they leave
 * for different members. The text of a long list is made once, and kept for as long as the list, which must not change any more.
 */
export class LineWriter {
  private readonly listOf = perObject((list: readonly unknown[]): Piece => {
    const text = JSON.stringify(list);
    return text.length < LONG_TEXT ? text : Buffer.from(text);
  });
  private head = { src: "", dest: "", text: `{"src":"","dest":"","body":` };

  /**
   * The line of a message, in pieces, with its newline. A long list of values comes last in the body.
   * @throws {RangeError} if a text does not fit into a string
   */
  piecesOf(src: string, dest: string, body: object): readonly Piece[] {
    const head = this.headOf(src, dest);
    if (isBroadcastOk(body)) return [`${head}{"type":"broadcast_ok","in_reply_to":${body.in_reply_to}}}\n`];
    const { values } = body as { readonly values?: unknown };
    if (!Array.isArray(values) || values.length < LONG_LIST) return [`${head}${JSON.stringify(body)}}\n`];
    const rest = JSON.stringify({ ...body, values: undefined }).slice(0, -1);
    return [`${head}${rest}${rest === "{" ? "" : ","}"values":`, this.listOf(values), "}}\n"];
  }

  /** The JSON of a message up to its body. Most messages of a burst go to one client. */
  private headOf(src: string, dest: string): string {
    if (this.head.src !== src || this.head.dest !== dest)
      this.head = { src, dest, text: `{"src":${JSON.stringify(src)},"dest":${JSON.stringify(dest)},"body":` };
    return this.head.text;
  }
}

/** Whether the body is exactly a `broadcast_ok`. Most messages of a burst are, and a template takes a fraction of `JSON.stringify`'s time. */
function isBroadcastOk(body: object): body is BroadcastOk {
  if (!("type" in body) || body.type !== "broadcast_ok") return false;
  let keys = 0;
  for (const _ in body) keys++;
  return keys === 2 && "in_reply_to" in body && Number.isSafeInteger(body.in_reply_to);
}
