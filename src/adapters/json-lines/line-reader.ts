import { isUtf8 } from "node:buffer";

const NEWLINE = 0x0a;

/** Callbacks of a `LineReader`. */
export interface LineListener {
  /** A line without its newline. */
  line(bytes: Buffer): void;
  /**
   * A line of valid UTF-8, without its newline. If present, most lines come here and not to `line`, because decoding many
   * lines at once takes far less time than one by one.
   */
  text?(line: string): void;
  /** A line longer than the limit was skipped; `start` is its beginning. Called once per line, as soon as it is too long. */
  tooLong(start: Buffer): void;
}

/** Splits a stream of bytes into lines. Holds at most one line of `limit` bytes. */
export class LineReader {
  /** The pieces of the incomplete line. */
  private pieces: Buffer[] = [];
  private length = 0;
  private skipping = false;

  /** @param limit the most bytes of a line, without its newline */
  constructor(
    private readonly limit: number,
    private readonly listener: LineListener,
  ) {}

  push(chunk: Buffer): void {
    let start = this.completeLine(chunk);
    start += this.pushText(chunk.subarray(start));
    for (let end = chunk.indexOf(NEWLINE, start); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const line = chunk.subarray(start, end);
      if (line.length > this.limit) this.listener.tooLong(line);
      else if (line.length > 0) this.listener.line(line);
      start = end + 1;
    }
    this.extend(chunk.subarray(start));
  }

  /** Ends the stream: the bytes after the last newline are a line too. */
  end(): void {
    if (this.length > 0) this.complete();
  }

  /**
   * Completes the line that an earlier chunk began, so that the rest of this chunk begins with a line.
   * @returns how many bytes of the chunk that took
   */
  private completeLine(chunk: Buffer): number {
    if (this.length === 0 && !this.skipping) return 0;
    const end = chunk.indexOf(NEWLINE);
    this.extend(end === -1 ? chunk : chunk.subarray(0, end));
    if (end === -1) return chunk.length;
    this.complete();
    return end + 1;
  }

  /**
   * Decodes the whole lines of a chunk at once, if the listener takes text.
   * @returns how many bytes that were
   */
  private pushText(chunk: Buffer): number {
    if (this.listener.text === undefined || chunk.length > this.limit) return 0;
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    const whole = chunk.subarray(0, end);
    if (!isUtf8(whole)) return 0;
    const text = whole.toString("utf8");
    for (let from = 0; from < text.length; ) {
      const to = text.indexOf("\n", from);
      if (to > from) this.listener.text(text.slice(from, to));
      from = to + 1;
    }
    return end;
  }

  private extend(piece: Buffer): void {
    if (this.skipping || piece.length === 0) return;
    this.pieces.push(piece);
    this.length += piece.length;
    if (this.length <= this.limit) return;
    const [first = piece] = this.pieces;
    this.reset();
    this.skipping = true;
    this.listener.tooLong(first);
  }

  private complete(): void {
    const [only, ...others] = this.pieces;
    const pieces = this.pieces;
    const skipped = this.skipping;
    this.reset();
    if (skipped || only === undefined) return;
    this.listener.line(others.length === 0 ? only : Buffer.concat(pieces));
  }

  private reset(): void {
    this.pieces = [];
    this.length = 0;
    this.skipping = false;
  }
}
