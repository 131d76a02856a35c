import * as v from "valibot";
import type { Clock } from "../../domain/ports/clock.js";
import type { MemberId } from "../../domain/ports/transport.js";

/** A part of a message that is too large for the transport: its JSON, cut. */
export interface Part {
  readonly type: "part";
  /** Identifies the message among all divided messages of the sender. */
  readonly message: string;
  /** Position of this part, from 0. */
  readonly index: number;
  /** Number of parts. */
  readonly count: number;
  readonly text: string;
}

/** Upper estimate of a part's bytes besides its text. */
const PART_ENVELOPE = 256;
/** The most parts of a message. */
const MOST_PARTS = 4096;
/** The most incomplete messages kept per sender: a new one replaces the oldest. A burst of large values comes at once. */
const MOST_OPEN = 256;
/** An incomplete message is kept for this time after its first part, in ms: the rest was lost, and its values come again. */
const LONGEST_ASSEMBLY = 30_000;
/** The most characters kept of one sender's incomplete messages. */
const MOST_CHARACTERS = 32 * 1024 * 1024;

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** A piece of a message that is too large for the transport. */
export const partSchema = v.object({
  type: v.literal("part"),
  message: v.pipe(v.string(), v.maxLength(64)),
  index: whole,
  count: v.pipe(whole, v.minValue(1), v.maxValue(MOST_PARTS)),
  text: v.string(),
});

/**
 * Divides the JSON of a message.
 * @param limit the most bytes of JSON in a part
 * @param message its identifier: see `Part`
 */
export function cutIntoParts(json: string, limit: number, message: string): Part[] {
  const texts: string[] = [];
  let start = 0;
  let bytes = 0;
  for (let at = 0; at < json.length; at++) {
    const size = writtenSize(json.charCodeAt(at));
    if (bytes + size > limit - PART_ENVELOPE) {
      texts.push(json.slice(start, at));
      [start, bytes] = [at, 0];
    }
    bytes += size;
  }
  texts.push(json.slice(start));
  return texts.map((text, index) => ({ type: "part", message, index, count: texts.length, text }));
}

/** The most bytes of a UTF-16 unit of JSON that is embedded in a JSON string; half of a character is escaped. */
function writtenSize(unit: number): number {
  if (unit === 0x22 || unit === 0x5c) return 2;
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  return unit >= 0xd800 && unit <= 0xdfff ? 6 : 3;
}

/** The received parts of a message. */
interface Incomplete {
  /** The texts of the parts, by index. */
  readonly texts: Map<number, string>;
  readonly count: number;
  readonly until: number;
  characters: number;
}

/** Reassembles divided messages. Incomplete ones are dropped after a time, and when newer ones need the space. */
export class Assembly {
  private readonly open = new Map<MemberId, Map<string, Incomplete>>();

  constructor(private readonly clock: Pick<Clock, "now">) {}

  /** @returns the body itself, or the message that it completes; `undefined` while parts are missing */
  take(from: MemberId, body: unknown): unknown {
    if (typeof body !== "object" || body === null || !("type" in body) || body.type !== "part") return body;
    const parsed = v.safeParse(partSchema, body);
    // The parser will report an unknown message.
    if (!parsed.success || parsed.output.index >= parsed.output.count) return body;
    const json = this.add(from, parsed.output);
    if (json === undefined) return undefined;
    try {
      return JSON.parse(json);
    } catch {
      return body;
    }
  }

  /** Drops the parts of a member that has left. */
  forget(member: MemberId): void {
    this.open.delete(member);
  }

  private add(from: MemberId, { message, index, count, text }: Part): string | undefined {
    const messages = this.open.get(from) ?? new Map<string, Incomplete>();
    this.open.set(from, messages);
    const now = this.clock.now();
    let incomplete = messages.get(message);
    if (incomplete?.count !== count) {
      incomplete = { texts: new Map(), count, until: now + LONGEST_ASSEMBLY, characters: 0 };
      messages.set(message, incomplete);
    }
    const { texts } = incomplete;
    if (texts.has(index)) return undefined;
    texts.set(index, text);
    incomplete.characters += text.length;
    const isComplete = texts.size === count;
    if (isComplete) messages.delete(message);
    else this.makeRoom(messages, now);
    if (messages.size === 0) this.open.delete(from);
    if (!isComplete) return undefined;
    return Array.from({ length: count }, (_, at) => texts.get(at)).join("");
  }

  private makeRoom(messages: Map<string, Incomplete>, now: number): void {
    let characters = 0;
    for (const incomplete of messages.values()) characters += incomplete.characters;
    for (const [message, incomplete] of messages) {
      const isOld = incomplete.until <= now;
      if (!isOld && messages.size <= MOST_OPEN && characters <= MOST_CHARACTERS) return;
      messages.delete(message);
      characters -= incomplete.characters;
    }
  }
}
