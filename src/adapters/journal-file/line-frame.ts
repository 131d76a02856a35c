import { crc32 } from "node:zlib";

/*
 * Format of a record in a file: `<checksum> <length> <payload>\n`. The payload is JSON text without a raw line break, `length`
 * its bytes in UTF-8, and `checksum` the CRC-32 (ISO 3309, as in zlib) of the payload in eight hexadecimal digits.
 *
 * The length tells where the record ends even if the line break is damaged; the line break tells where the next one starts
 * even if the length is damaged. So no single damaged byte costs more than one record. The checksum starts from the offset of
 * the line and, since format 3, the number of its segment, so a line that is quoted inside a value, or that a disk has written in
 * a wrong place, never counts as a record. A line that states the format leaves the segment out, so that earlier versions can
 * read it.
 */

const LINE_BREAK = 0x0a;
const SPACE = 0x20;
const CHECKSUM_DIGITS = 8;
/** A number with more digits is not a length: a segment is far smaller than 10 GB. */
const MOST_LENGTH_DIGITS = 10;

const STATES_FORMAT = '{"format"';

/** Where the checksum of a line starts, apart from its offset, in the segment with that number. */
export function saltOf(segment: number): number {
  // Knuth's multiplicative hash: neighbours differ by more than an offset can make up for.
  return Math.imul(segment, 0x9e3779b1) >>> 0;
}

/** The lines for `payloads`, starting at `offset` of their file. See `saltOf`; 0 before format 3. */
export function frame(payloads: readonly string[], offset: number, salt = 0): Buffer {
  let text = "";
  let at = offset;
  for (const payload of payloads) {
    const length = Buffer.byteLength(payload);
    const start = payload.startsWith(STATES_FORMAT) ? at : startOf(at, salt);
    const head = `${hexadecimal(crc32(payload, start))} ${length} `;
    text += `${head}${payload}\n`;
    at += head.length + length + 1;
  }
  return Buffer.from(text);
}

/** The bytes of a payload, `start` to `end`; the line break is expected at `end`. */
export interface Framed {
  readonly start: number;
  readonly end: number;
  /** Whether the checksum leaves the segment out. */
  readonly isUnsalted: boolean;
}

/** The record whose line starts at `offset`; `undefined` if there is none, it is incomplete, or its checksum is wrong. */
export function readFrame(bytes: Uint8Array, offset: number, salt: number): Framed | undefined {
  if (bytes[offset + CHECKSUM_DIGITS] !== SPACE) return undefined;
  let at = offset + CHECKSUM_DIGITS + 1;
  const lengthEnd = at + MOST_LENGTH_DIGITS;
  let length = 0;
  for (; at < lengthEnd && bytes[at] !== SPACE; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    length = 10 * length + digit;
  }
  const start = at + 1;
  const end = start + length;
  if (bytes[at] !== SPACE || end > bytes.length) return undefined;
  const payload = bytes.subarray(start, end);
  if (isChecksum(bytes, offset, crc32(payload, startOf(offset, salt)))) return { start, end, isUnsalted: false };
  return isChecksum(bytes, offset, crc32(payload, offset)) ? { start, end, isUnsalted: true } : undefined;
}

function startOf(offset: number, salt: number): number {
  return (offset + salt) % 2 ** 32;
}

/** Start of the next line, after the first line break at or after `offset`; `undefined` if there is no line break. */
export function nextLine(bytes: Uint8Array, offset: number): number | undefined {
  const lineBreak = bytes.indexOf(LINE_BREAK, offset);
  return lineBreak === -1 ? undefined : lineBreak + 1;
}

export function isLineBreak(bytes: Uint8Array, offset: number): boolean {
  return bytes[offset] === LINE_BREAK;
}

function isChecksum(bytes: Uint8Array, offset: number, checksum: number): boolean {
  let rest = checksum;
  for (let at = offset + CHECKSUM_DIGITS - 1; at >= offset; at--) {
    const digit = rest & 15;
    if (bytes[at] !== (digit < 10 ? 0x30 + digit : 0x57 + digit)) return false;
    rest >>>= 4;
  }
  return true;
}

function hexadecimal(checksum: number): string {
  return checksum.toString(16).padStart(CHECKSUM_DIGITS, "0");
}
