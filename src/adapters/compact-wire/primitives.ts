import { isAscii, isUtf8 } from "node:buffer";
import type { PbfReader, PbfWriter } from "pbf";
import { Inexpressible, MalformedFrame } from "./problems.js";

/** Below this length in bytes a loop is faster than a call of native code. */
const SHORT = 24;

/** Half of a surrogate pair: JSON expresses it, UTF-8 does not. */
const UNPAIRED = /\p{Surrogate}/u;

/** Whether UTF-8 expresses the text. @param length its bytes in UTF-8 */
export function isWellFormed(text: string, length: number): boolean {
  return length === text.length || !UNPAIRED.test(text);
}

/**
 * Reads a whole number from 0 to 2^53 - 1.
 * @throws {MalformedFrame}
 */
export function readNatural(reader: PbfReader): number {
  const number = reader.readVarint();
  if (!Number.isSafeInteger(number)) throw new MalformedFrame("it has a whole number of more than 53 bits");
  return number;
}

/**
 * Reads bytes that follow their length.
 * @param end the position that they must not pass
 * @throws {MalformedFrame}
 */
export function readBytes(reader: PbfReader, end: number): Buffer {
  const length = readNatural(reader);
  const start = reader.pos;
  if (length > end - start)
    throw new MalformedFrame(`it announces ${length} bytes, but ${Math.max(0, end - start)} are left`);
  reader.pos = start + length;
  return reader.buf.subarray(start, start + length) as Buffer;
}

/** @throws {MalformedFrame} if the bytes are not UTF-8 */
export function textOf(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString("latin1");
  if (!isUtf8(bytes)) throw new MalformedFrame("it has a text that is not valid UTF-8");
  return bytes.toString("utf8");
}

/**
 * Writes the length of a text, and the text.
 * @throws {Inexpressible} if UTF-8 does not express it
 */
export function writeText(writer: PbfWriter, text: string): void {
  const length = Buffer.byteLength(text);
  if (!isWellFormed(text, length)) throw new Inexpressible();
  writer.writeVarint(length);
  writeRawText(writer, text, length);
}

/** Writes a text without its length. @param length its bytes in UTF-8 */
export function writeRawText(writer: PbfWriter, text: string, length: number): void {
  writer.realloc(length);
  const { buf, pos } = writer;
  if (length === text.length && length < SHORT)
    for (let index = 0; index < length; index++) buf[pos + index] = text.charCodeAt(index);
  else Buffer.from(buf.buffer, buf.byteOffset, buf.byteLength).write(text, pos, length, "utf8");
  writer.pos = pos + length;
}
