import { MalformedFrame } from "./problems.js";

const LINE = 0x7b;
const NEWLINE = 0x0a;
/** The most bytes of a length. */
const LONGEST_LENGTH = 5;
/** No message of any member is longer; a frame that claims to be was not written by a member, and has no known end. */
const LARGEST_FRAME = 2 ** 29;

const NO_FRAME = "it sent something else than frames and lines of JSON";

/** Callbacks of a `FrameReader`. */
export interface FrameListener {
  /** A line of JSON without its newline. */
  line(bytes: Buffer): void;
  /** The first byte of a frame, and its content. */
  frame(kind: number, content: Buffer): void;
  /** A line or frame longer than the limit was skipped; `start` is its beginning. Called once for each. */
  tooLong(start: Buffer): void;
}

/** A unit of the stream whose end has not arrived. */
interface Open {
  /** `undefined` for a line, whose end only its newline shows. */
  readonly kind: number | undefined;
  /** Bytes that are missing; unknown for a line. */
  missing: number;
  /** Absent while the unit is skipped. */
  pieces: Buffer[] | undefined;
  length: number;
}

/**
 * Splits a stream of bytes into frames and lines of JSON, which begin with a brace. Holds at most one of them, of `limit` bytes.
 */
export class FrameReader {
  private open: Open | undefined;
  /** The beginning of a frame whose length is incomplete. */
  private head: Buffer | undefined;

  /** @param limit the most bytes of a line or of a frame's content */
  constructor(
    private readonly limit: number,
    private readonly listener: FrameListener,
  ) {}

  /** @throws {MalformedFrame} if the stream is no sequence of frames and lines; it cannot be read any further */
  push(chunk: Buffer): void {
    let bytes = chunk;
    if (this.head !== undefined) {
      bytes = Buffer.concat([this.head, chunk]);
      this.head = undefined;
    }
    for (let at = 0; at < bytes.length; )
      at = this.open === undefined ? this.begin(bytes, at) : this.go(bytes, at, this.open);
  }

  /** Begins a unit; returns the position after what it took. */
  private begin(bytes: Buffer, at: number): number {
    const kind = bytes[at] as number;
    if (kind === LINE) {
      this.open = { kind: undefined, missing: 0, pieces: [], length: 0 };
      return at;
    }
    let length = 0;
    for (let index = at + 1, unit = 1; ; index++, unit *= 128) {
      if (index === bytes.length && index - at <= LONGEST_LENGTH) {
        this.head = bytes.subarray(at);
        return bytes.length;
      }
      const byte = bytes[index] as number;
      length += (byte & 0x7f) * unit;
      if (byte < 0x80) return this.beginFrame(kind, length, bytes, index + 1);
      if (index - at >= LONGEST_LENGTH) throw new MalformedFrame(NO_FRAME);
    }
  }

  private beginFrame(kind: number, length: number, bytes: Buffer, start: number): number {
    if (length > LARGEST_FRAME) throw new MalformedFrame(NO_FRAME);
    const end = start + length;
    // Almost every frame arrives in one piece.
    if (length <= this.limit && end <= bytes.length) {
      this.listener.frame(kind, bytes.subarray(start, end));
      return end;
    }
    const isSkipped = length > this.limit;
    if (isSkipped) this.listener.tooLong(bytes.subarray(start));
    this.open = { kind, missing: length, pieces: isSkipped ? undefined : [], length: 0 };
    return start;
  }

  /** Continues the open unit; returns the position after what it took. */
  private go(bytes: Buffer, at: number, open: Open): number {
    if (open.kind === undefined) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline === -1 ? bytes.length : newline;
      this.extend(open, bytes.subarray(at, end));
      if (newline === -1) return end;
      this.complete(open);
      return end + 1;
    }
    const end = Math.min(bytes.length, at + open.missing);
    open.missing -= end - at;
    this.extend(open, bytes.subarray(at, end));
    if (open.missing === 0) this.complete(open);
    return end;
  }

  private extend(open: Open, piece: Buffer): void {
    if (open.pieces === undefined || piece.length === 0) return;
    open.pieces.push(piece);
    open.length += piece.length;
    if (open.length <= this.limit) return;
    const [first = piece] = open.pieces;
    open.pieces = undefined;
    this.listener.tooLong(first);
  }

  private complete({ kind, pieces }: Open): void {
    this.open = undefined;
    if (pieces === undefined) return;
    const [only, ...others] = pieces;
    const content = only !== undefined && others.length === 0 ? only : Buffer.concat(pieces);
    if (kind === undefined) this.listener.line(content);
    else this.listener.frame(kind, content);
  }
}
