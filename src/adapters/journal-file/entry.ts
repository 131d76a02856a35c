import type { JournalRecord } from "../../domain/ports/journal.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { type ActorId, actorOf, type DotRange } from "../../domain/values/dot.js";
import type { JsonValue } from "../../domain/values/json-value.js";

/** Version of the files' format that this program writes; it also reads older ones. */
export const FORMAT = 3;

/** Marks the start of a life, and of each further segment of it. */
export interface Life {
  readonly format: number;
  readonly member: MemberId;
  readonly incarnation: number;
}

/** All forgotten dots: known once, and no longer needed. The latest such line counts, with all its dots. */
export interface Gone {
  readonly gone: readonly DotRange[];
}

/** The content of a journal's line. */
export type Entry = JournalRecord | Gone | Life;

/** `["n0@1719000000000",5,"the value"]`: no keys, since there is one such line per value. */
export function entryText(entry: Entry): string {
  return JSON.stringify(isGone(entry) || isLife(entry) ? entry : [entry.author, entry.number, entry.value]);
}

/** The start of a life, in two lines, so that no single damaged byte loses it: a later incarnation must be larger. */
export function lifeTexts(member: MemberId, incarnation: number): string[] {
  const text = JSON.stringify({ format: FORMAT, member, incarnation } satisfies Life);
  return [text, text];
}

/** Parses a payload; `undefined` if it is neither a record nor the start of a life. */
export function parseEntry(text: string): Entry | undefined {
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (Array.isArray(parsed)) {
    const [author, number, value] = parsed;
    if (typeof author !== "string" || !isCount(number) || value === undefined || parsed.length !== 3) return undefined;
    return { author, number, value };
  }
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const { format, member, incarnation, gone } = parsed;
  if (Array.isArray(gone)) return gone.every(isRun) ? { gone: gone as unknown as DotRange[] } : undefined;
  if (!isCount(format) || typeof member !== "string" || !isCount(incarnation)) return undefined;
  return { format, member, incarnation };
}

export function isGone(entry: Entry): entry is Gone {
  return "gone" in entry;
}

export function isLife(entry: Entry): entry is Life {
  return "incarnation" in entry;
}

/**
 * The incarnation in a value's author counts too, so that even a journal with damaged lives never gives out a dot twice. Another
 * member may have forged an author, so excessive incarnations are ignored: incarnations must not run out.
 */
const LARGEST_PLAUSIBLE_INCARNATION = 2 ** 52;

/** The incarnation of `member` that an entry proves; 0 if it proves none. */
export function incarnationShown(entry: Entry, member: MemberId): number {
  if (isLife(entry)) return entry.incarnation;
  if (isGone(entry)) return Math.max(0, ...entry.gone.map(([author]) => incarnationOf(author, member)));
  return incarnationOf(entry.author, member);
}

function incarnationOf(author: ActorId, member: MemberId): number {
  if (!author.startsWith(member)) return 0;
  const incarnation = Number(author.slice(member.length + 1));
  const isOwn = isCount(incarnation) && author === actorOf(member, incarnation);
  return isOwn && incarnation <= LARGEST_PLAUSIBLE_INCARNATION ? incarnation : 0;
}

function isRun(value: JsonValue): boolean {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [author, first, count] = value;
  return typeof author === "string" && isCount(first) && isCount(count) && first > 0 && count > 0;
}

function isCount(value: JsonValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
