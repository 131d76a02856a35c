import type { ReadingContext, WritingContext } from "./context.js";
import { readBytes, readNatural, textOf, writeText } from "./primitives.js";
import { Inexpressible, MalformedFrame } from "./problems.js";

/** Wire types of Protocol Buffers. */
const VARINT = 0;
const FIXED64 = 1;
export const BYTES = 2;

/** Form of the content of a field. */
export interface Format {
  /**
   * Writes the field, its tag included.
   * @throws {Inexpressible} if the value is not of this format
   */
  write(context: WritingContext, field: number, value: unknown): void;
  /**
   * Reads the content after the tag. @param end the position that it must not pass
   * @throws {MalformedFrame}
   */
  read(context: ReadingContext, type: number, end: number): unknown;
}

export function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Any finite number: a whole one as a varint, every other one as a double. */
export const number: Format = {
  write({ writer }, field, value) {
    if (isNatural(value)) {
      writer.writeTag(field, VARINT);
      writer.writeVarint(value);
    } else if (Number.isFinite(value)) {
      writer.writeTag(field, FIXED64);
      writer.writeDouble(value as number);
    } else throw new Inexpressible();
  },
  read({ reader }, type) {
    if (type === VARINT) return readNatural(reader);
    if (type === FIXED64) return finite(reader.readDouble());
    throw unexpected(type);
  },
};

/** True or false. */
export const flag: Format = {
  write({ writer }, field, value) {
    if (typeof value !== "boolean") throw new Inexpressible();
    writer.writeTag(field, VARINT);
    writer.writeVarint(value ? 1 : 0);
  },
  read({ reader }, type) {
    const value = type === VARINT ? readNatural(reader) : 2;
    if (value > 1) throw new MalformedFrame("it has a flag that is neither 0 nor 1");
    return value === 1;
  },
};

/** A text that UTF-8 expresses. */
export const text: Format = {
  write({ writer }, field, value) {
    if (typeof value !== "string") throw new Inexpressible();
    writer.writeTag(field, BYTES);
    writeText(writer, value);
  },
  read({ reader }, type, end) {
    if (type !== BYTES) throw unexpected(type);
    return textOf(readBytes(reader, end));
  },
};

/** An incarnation of the message's sender or receiver: the number of the actor, or a double. */
export function incarnationOf(end: "from" | "to"): Format {
  return {
    write(context, field, value) {
      const { writer, route } = context;
      if (typeof value !== "number" || !Number.isFinite(value)) throw new Inexpressible();
      const actor = isNatural(value) ? context.actor(route[end], value) : undefined;
      writer.writeTag(field, actor === undefined ? FIXED64 : VARINT);
      if (actor === undefined) writer.writeDouble(value);
      else writer.writeVarint(actor);
    },
    read({ reader, names, route }, type) {
      if (type === VARINT) return names.incarnationOf(route[end], readNatural(reader));
      if (type === FIXED64) return finite(reader.readDouble());
      throw unexpected(type);
    },
  };
}

/** A format whose content is bytes after their length. */
export function bytes<T>(
  is: (value: unknown) => value is T,
  write: (context: WritingContext, value: T) => void,
  read: (context: ReadingContext, end: number) => unknown,
): Format {
  return {
    write(context, field, value) {
      if (!is(value)) throw new Inexpressible();
      context.writer.writeTag(field, BYTES);
      delimited(context, value, write);
    },
    read(context, type, end) {
      if (type !== BYTES) throw unexpected(type);
      return within(context, end, read);
    },
  };
}

/** Writes bytes after their length. */
export function delimited<T>(
  context: WritingContext,
  value: T,
  write: (context: WritingContext, value: T) => void,
): void {
  context.writer.writeRawMessage(() => write(context, value), undefined);
}

/** Reads bytes after their length, to the last one. */
export function within<T>(context: ReadingContext, end: number, read: (context: ReadingContext, end: number) => T): T {
  const { reader } = context;
  const { byteOffset } = readBytes(reader, end);
  const contentEnd = reader.pos;
  reader.pos = byteOffset - reader.buf.byteOffset;
  const content = read(context, contentEnd);
  if (reader.pos !== contentEnd) throw new MalformedFrame("it has a field that ends in the wrong place");
  return content;
}

export function finite(value: number): number {
  if (!Number.isFinite(value)) throw new MalformedFrame("it has a number that JSON does not express");
  return value === 0 ? 0 : value;
}

export function unexpected(type: number): MalformedFrame {
  return new MalformedFrame(`it has a field of the unexpected wire type ${type}`);
}
