import { PbfReader, PbfWriter } from "pbf";
import { ReadingContext, type Route, WritingContext } from "./context.js";
import { kindOf, messageFields, typeOf } from "./fields.js";
import type { HeardNames, SentNames } from "./names.js";
import { readBytes } from "./primitives.js";
import { Inexpressible, MalformedFrame } from "./problems.js";

/** Version of the compact wire, as members tell it to each other. */
export const COMPACT_VERSION = 1;

/** First byte of a frame that defines names. Those of messages are below it. */
export const NAMES = 0x10;

/** Writes frames. */
export class FrameWriter {
  private writer = emptyWriter();

  /** Returns the frame of a message; `undefined` if it has to leave as JSON. */
  message(body: object, names: SentNames, route: Route): Buffer | undefined {
    const kind = kindOf((body as { readonly type?: unknown }).type);
    if (kind === undefined) return undefined;
    const context = new WritingContext(this.writer, names, route);
    try {
      return this.frame(kind, () => messageFields.write(context, body));
    } catch (error) {
      if (error instanceof Inexpressible) return undefined;
      throw error;
    }
  }

  /** Returns the frames that define the names from the number `first` on. */
  names(names: SentNames, first: number): Buffer[] {
    const frames: Buffer[] = [];
    for (let next = first; next < names.size; )
      frames.push(
        this.frame(NAMES, () => {
          next = names.write(this.writer, next);
        }),
      );
    return frames;
  }

  private frame(kind: number, write: () => void): Buffer {
    const { writer } = this;
    writer.pos = 0;
    writer.writeVarint(kind);
    writer.writeRawMessage(write, undefined);
    const bytes = Buffer.from(writer.buf.subarray(0, writer.pos));
    if (writer.length > LARGEST_KEPT) this.writer = emptyWriter();
    return bytes;
  }
}

/** Memory in bytes that is kept from one frame to the next. */
const LARGEST_KEPT = 64 * 1024;

function emptyWriter(): PbfWriter {
  return new PbfWriter(Buffer.allocUnsafeSlow(1024));
}

/**
 * Splits bytes that consist of whole frames.
 * @throws {MalformedFrame} if they do not
 */
export function framesOf(bytes: Buffer): { readonly kind: number; readonly content: Buffer }[] {
  const reader = new PbfReader(bytes);
  const frames: { kind: number; content: Buffer }[] = [];
  while (reader.pos < bytes.length) {
    const kind = bytes[reader.pos++] as number;
    frames.push({ kind, content: readBytes(reader, bytes.length) });
  }
  return frames;
}

/**
 * Reads the content of a message's frame.
 * @param limit see `ReadingContext`
 * @returns the body, as JSON would have brought it; or a description of the problem
 */
export function readMessage(
  kind: number,
  content: Buffer,
  names: HeardNames,
  about: { readonly route: Route; readonly limit: number },
): object | string {
  const type = typeOf(kind);
  if (type === undefined) return `it is of the unknown kind ${kind}`;
  return orProblem(() => {
    const reader = new PbfReader(content);
    return messageFields.read(new ReadingContext(reader, names, about), content.length, { type });
  });
}

/**
 * Reads the content of a frame with names.
 * @returns a description of the problem, if there is one: the dictionary is then unusable
 */
export function readNames(content: Buffer, names: HeardNames): string | undefined {
  return orProblem(() => {
    names.read(new PbfReader(content));
    return undefined;
  });
}

function orProblem<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    // pbf throws an Error, and the buffer beneath it a RangeError, if bytes are missing.
    return error instanceof MalformedFrame ? error.message : "it is incomplete";
  }
}
