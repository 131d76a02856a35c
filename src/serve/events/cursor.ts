import { actorOf, memberOf } from "../../domain/values/dot.js";
import { Seen } from "./seen.js";
import { SELECTION } from "./selection.js";

/**
 * A cursor names all values that a client has seen, by author and number, so a client can go on at any server of the cluster:
 * `1;a@lq3k2x:1-500,702;b@lq3k31:1-17`. The number in front is the version of the format, an incarnation is in base 36. A client of a
 * topic has not seen the other values, but it does not lack them either, so the cursor names them too, and its topic:
 * `2;orders;a@lq3k2x:1-500`.
 */
const [WITHOUT_TOPIC, WITH_TOPIC] = ["1", "2"];

/** The longest cursor that is read or written, in characters. */
export const LONGEST_CURSOR = 48 * 1024;

/** The contents of a cursor. */
export interface Cursor {
  readonly seen: Seen;
  /** The selection of values that the client follows; see `Selection`. */
  readonly topic: string | undefined;
}

/** Writes a cursor; `undefined` if it would be too long. It takes about 25 characters for each start of each member. */
export function writeCursor(seen: Seen, topic?: string): string | undefined {
  const parts = new Map<string, string[]>();
  for (const [author, first, count] of seen.ranges()) {
    const texts = parts.get(author);
    const text = count === 1 ? `${first}` : `${first}-${first + count - 1}`;
    if (texts === undefined) parts.set(author, [text]);
    else texts.push(text);
  }
  const head = topic === undefined ? [WITHOUT_TOPIC] : [WITH_TOPIC, topic];
  const cursor = [...head, ...[...parts].map(([author, texts]) => `${writeAuthor(author)}:${texts.join(",")}`)].join(
    ";",
  );
  return cursor.length > LONGEST_CURSOR ? undefined : cursor;
}

/** Reads a cursor; `undefined` if the text is not one. */
export function readCursor(text: string): Cursor | undefined {
  if (text.length > LONGEST_CURSOR) return undefined;
  const [version, ...parts] = text.split(";");
  if (version !== WITHOUT_TOPIC && version !== WITH_TOPIC) return undefined;
  const topic = version === WITH_TOPIC ? parts.shift() : undefined;
  if (version === WITH_TOPIC && (topic === undefined || !SELECTION.test(topic))) return undefined;
  const seen = new Seen();
  for (const part of parts) {
    const end = part.lastIndexOf(":");
    const author = readAuthor(part.slice(0, Math.max(end, 0)));
    if (author === undefined) return undefined;
    for (const range of part.slice(end + 1).split(",")) {
      const [, from = "", to = from] = /^(\d{1,16})(?:-(\d{1,16}))?$/.exec(range) ?? [];
      const [first, last] = [Number(from), Number(to)];
      if (from === "" || first < 1 || last < first || !Number.isSafeInteger(last)) return undefined;
      seen.add(author, first, last);
    }
  }
  return { seen, topic };
}

function writeAuthor(author: string): string {
  const member = memberOf(author);
  return `${encodeURIComponent(member)}@${Number(author.slice(member.length + 1)).toString(36)}`;
}

function readAuthor(text: string): string | undefined {
  const [, member, digits] = /^([^@:;,]+)@([0-9a-z]{1,11})$/.exec(text) ?? [];
  if (member === undefined || digits === undefined) return undefined;
  const incarnation = Number.parseInt(digits, 36);
  if (!Number.isSafeInteger(incarnation)) return undefined;
  try {
    return actorOf(decodeURIComponent(member), incarnation);
  } catch {
    return undefined;
  }
}
