import { crc32 } from "node:zlib";

/*
 * Format of a record in a file: `<checksum> <length> <payload>\n`. The payload is JSON text without a raw line break, `length`
 * its bytes in UTF-8, and `checksum` the CRC-32 (ISO 3309, as in zlib) of the payload in eight hexadecimal digits.
 *
 * The length tells where the record ends even if the line break is damaged; the line break tells where the next one starts
 * even if the length is damaged. So no single damaged byte costs more than one record. The checksum starts from the offset of
 * the line, so a line that is quoted inside a value, or left over from elsewhere, never counts as a record.
 */

const LINE_BREAK = 0x0a;
const SPACE = 0x20;
const CHECKSUM_DIGITS = 8;
/** A number with more digits is not a length: a segment is far smaller than 10 GB. */
const MOST_LENGTH_DIGITS = 10;

/** The lines for `payloads`, starting at `offset` of their file. */
export function frame(payloads: readonly string[], offset: number): Buffer {
  let text = "";
  let at = offset;
  for (const payload of payloads) {
    const length = Buffer.byteLength(payload);
    const head = `${hexadecimal(crc32(payload, at))} ${length} `;
    text += `${head}${payload}\n`;
    at += head.length + length + 1;
  }
  return Buffer.from(text);
}

/** The bytes of a payload, `start` to `end`; the line break is expected at `end`. */
export interface Framed {
  readonly start: number;
  readonly end: number;
}

/** The record whose line starts at `offset`; `undefined` if there is none, it is incomplete, or its checksum is wrong. */
export function readFrame(bytes: Uint8Array, offset: number): Framed | undefined {
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
  const checksum = crc32(bytes.subarray(start, end), offset);
  return isChecksum(bytes, offset, checksum) ? { start, end } : undefined;
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
