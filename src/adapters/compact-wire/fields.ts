import type { Part } from "../../application/wire/parts.js";
import type { PeerMessage } from "../../domain/messages.js";
import type { ReadingContext, WritingContext } from "./context.js";
import { bytes, delimited, type Format, flag, incarnationOf, number, text, within } from "./format.js";
import { ageList, dotList, json, nameList, rangeList, values, vector } from "./lists.js";
import { readNatural } from "./primitives.js";
import { Inexpressible, MalformedFrame } from "./problems.js";

/** Kinds of messages: the first bytes of their frames. A number is never given to another kind. */
const kinds = {
  gossip: 1,
  gossip_ok: 2,
  digest: 3,
  probe: 4,
  probe_ok: 5,
  holdings: 6,
  stable: 7,
  stale: 8,
  part: 9,
  summary: 10,
} satisfies Record<(PeerMessage | Part)["type"], number>;

const byType = new Map<unknown, number>(Object.entries(kinds));
const byKind = new Map(Object.entries(kinds).map(([type, kind]) => [kind, type]));

/** Returns the kind of a message; `undefined` if the compact wire has none. */
export function kindOf(type: unknown): number | undefined {
  return byType.get(type);
}

/** Returns the type of a message; `undefined` for an unknown kind. */
export function typeOf(kind: number): string | undefined {
  return byKind.get(kind);
}

/** Fields of an object: their names, their numbers, and the forms of their content. */
class Fields {
  private readonly byName = new Map<string, readonly [field: number, format: Format]>();
  private readonly byNumber: (readonly [name: string, format: Format] | undefined)[] = [];

  /** A number is never given to another field: a receiver ignores those that it does not know. */
  constructor(fields: readonly (readonly [field: number, name: string, format: Format])[]) {
    for (const [field, name, format] of fields) {
      if (!this.byName.has(name)) this.byName.set(name, [field, format]);
      this.byNumber[field] = [name, format];
    }
  }

  /** @throws {Inexpressible} if the object has other fields, or other content */
  write(context: WritingContext, object: object): void {
    if ("toJSON" in object) throw new Inexpressible();
    for (const name of Object.keys(object)) {
      const value: unknown = (object as Record<string, unknown>)[name];
      if (value === undefined) continue;
      const field = this.byName.get(name);
      if (field === undefined) throw new Inexpressible();
      field[1].write(context, field[0], value);
    }
  }

  /** @throws {MalformedFrame} */
  read(context: ReadingContext, end: number, object: Record<string, unknown> = {}): Record<string, unknown> {
    const { reader } = context;
    while (reader.pos < end) {
      const tag = readNatural(reader);
      const [type, number] = [tag % 8, Math.floor(tag / 8)];
      const field = this.byNumber[number];
      if (field !== undefined) object[field[0]] = field[1].read(context, type, end);
      else reader.skip(type);
    }
    if (reader.pos !== end) throw new MalformedFrame("its last field is incomplete");
    return object;
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object inside a message. */
function nested(fields: Fields): Format {
  return bytes(
    isObject,
    (context, object) => fields.write(context, object),
    (context, end) => fields.read(context, end),
  );
}

/** A list of objects, each after its length. */
function list(fields: Fields): Format {
  return bytes(
    (value): value is readonly unknown[] => Array.isArray(value),
    (context, objects) => {
      for (const object of objects) {
        if (!isObject(object)) throw new Inexpressible();
        delimited(context, object, (inner, content) => fields.write(inner, content));
      }
    },
    (context, end) => {
      const objects: unknown[] = [];
      while (context.reader.pos < end) {
        context.count(OBJECT_BYTES);
        objects.push(within(context, end, (inner, innerEnd) => fields.read(inner, innerEnd)));
      }
      return objects;
    },
  );
}

/** Least bytes of JSON of an object in a list: `{},`. */
const OBJECT_BYTES = 3;

const acknowledgement = new Fields([
  [1, "incarnation", incarnationOf("to")],
  [2, "ranges", rangeList],
  [3, "held", number],
]);

const plan = new Fields([
  [1, "round", number],
  [2, "early", number],
]);

const round = new Fields([
  [1, "round", number],
  [2, "next", number],
  [3, "upcastBy", number],
  [4, "period", number],
  [5, "lossy", flag],
  [6, "suspects", nameList],
  [7, "roundTrip", number],
  [8, "spread", number],
  [9, "guard", number],
  [10, "more", flag],
]);

const query = new Fields([
  [1, "count", number],
  [2, "within", number],
  [3, "vector", vector],
]);

const reply = new Fields([
  [1, "by", nameList],
  [2, "vector", vector],
]);

/** Field of what a summary knows. */
const KNOWN_SPANS = 35;

const knownIncarnation = incarnationOf("to");

/** `known` of a stale, which is an incarnation, or of a summary, which goes to another field. */
const known: Format = {
  write: (context, field, value) =>
    Array.isArray(value) ? json.write(context, KNOWN_SPANS, value) : knownIncarnation.write(context, field, value),
  read: (context, type, end) => knownIncarnation.read(context, type, end),
};

/** Field of values that are not all strings. */
const JSON_VALUES = 5;

/** Written by the frame itself. */
const inFrame: Format = {
  write() {},
  read() {
    throw new MalformedFrame("it repeats its type");
  },
};

/** The fields of all messages. The first 15 take one byte for their tags. */
export const messageFields = new Fields([
  [0, "type", inFrame],
  [1, "incarnation", incarnationOf("from")],
  [2, "number", number],
  [3, "base", number],
  [4, "values", values(JSON_VALUES)],
  [JSON_VALUES, "values", json],
  [6, "dots", dotList],
  [7, "ages", ageList],
  [8, "direct", flag],
  [9, "up", flag],
  [10, "ack", nested(acknowledgement)],
  [11, "plan", nested(plan)],
  [12, "round", nested(round)],
  [13, "answer", flag],
  [14, "vector", vector],
  [15, "reply", flag],
  [16, "first", number],
  [17, "ask", flag],
  [18, "confirm", nested(query)],
  [19, "confirmed", list(reply)],
  [20, "verify", flag],
  [21, "reborn", flag],
  [22, "gone", vector],
  [23, "suspects", nameList],
  [24, "of", incarnationOf("to")],
  [25, "held", number],
  [26, "known", known],
  [27, "message", text],
  [28, "index", number],
  [29, "count", number],
  [30, "text", text],
  [31, "more", flag],
  [32, "summaries", flag],
  [33, "salt", number],
  [34, "places", json],
  [KNOWN_SPANS, "known", json],
  [36, "beginner", flag],
]);
