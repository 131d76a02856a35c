const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A buffer that grew beyond this (bytes) for one long line is released after that line. */
const LARGEST_KEPT_BUFFER = 64 * 1024;

/** Handling of lines longer than `longest`. */
export interface LongLines {
  /** Bytes kept of a line. Memory stays below three times this, however long the line is. */
  readonly longest: number;
  /**
   * Called once per longer line, as soon as it is too long, with its first bytes; `onLine` is then not called for
   * it. Without this callback `onLine` gets the beginning of the line.
   */
  readonly tooLong?: (beginning: string) => void;
}

/** Splits a stream of bytes into lines, independent of its chunks. The line end is LF or CR LF. */
export class LineSplitter {
  private buffer = Buffer.alloc(0);
  /** Bytes of the current line that are in the buffer. */
  private kept = 0;
  /** Bytes of the current line so far. */
  private length = 0;

  /** @param onLine gets each line without its end, and its size in bytes */
  constructor(
    private readonly onLine: (line: string, bytes: number) => void,
    private readonly long: LongLines,
  ) {}

  /** Bytes since the last line break. */
  get unfinished(): number {
    return this.length;
  }

  /** Takes in the next chunk. */
  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.endLine(chunk, start, end);
      start = end + 1;
    }
    if (start < chunk.length) this.keep(chunk, start, chunk.length);
  }

  /** Ends the stream: the rest is a line without an end. */
  finish(): void {
    if (this.length > 0) this.emit();
  }

  private endLine(chunk: Buffer, start: number, end: number): void {
    if (this.length > 0 || end - start > this.long.longest) {
      this.keep(chunk, start, end);
      this.emit();
      return;
    }
    const last = end > start && chunk[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    this.onLine(chunk.toString("utf8", start, last), last - start);
  }

  private keep(chunk: Buffer, start: number, end: number): void {
    const { longest, tooLong } = this.long;
    const taken = Math.min(end - start, longest - this.kept);
    this.reserve(this.kept + taken);
    chunk.copy(this.buffer, this.kept, start, start + taken);
    this.kept += taken;
    const wasTooLong = this.length > longest;
    this.length += end - start;
    if (!wasTooLong && this.length > longest) tooLong?.(this.text());
  }

  private emit(): void {
    const { longest, tooLong } = this.long;
    const isWhole = this.length <= longest;
    if (isWhole && this.buffer[this.kept - 1] === CARRIAGE_RETURN) {
      this.kept--;
      this.length--;
    }
    const [text, length] = [isWhole || tooLong === undefined ? this.text() : "", this.length];
    this.kept = 0;
    this.length = 0;
    if (this.buffer.length > LARGEST_KEPT_BUFFER) this.buffer = Buffer.alloc(0);
    if (isWhole || tooLong === undefined) this.onLine(text, length);
  }

  /** The kept part of the line. A character that the limit cut in two is omitted. */
  private text(): string {
    const text = this.buffer.toString("utf8", 0, this.kept);
    return this.length > this.kept ? text.replace(/\uFFFD$/, "") : text;
  }

  private reserve(size: number): void {
    if (size <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.min(Math.max(size, 2 * this.buffer.length, 1024), this.long.longest));
    this.buffer.copy(larger, 0, 0, this.kept);
    this.buffer = larger;
  }
}
