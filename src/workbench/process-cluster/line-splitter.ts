const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines, however the chunks fall. A line that never ends is given up at `longestLine` bytes. */
export class LineSplitter {
  private parts: Buffer[] = [];
  private partsLength = 0;

  constructor(
    private readonly onLine: (line: string, bytes: number) => void,
    private readonly longestLine = 256 * 1024 * 1024,
  ) {}

  /** Takes in the next chunk; throws RangeError when a line grows too long. */
  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.emit(chunk, start, end);
      start = end + 1;
    }
    if (start === chunk.length) return;
    this.parts.push(chunk.subarray(start));
    this.partsLength += chunk.length - start;
    if (this.partsLength > this.longestLine) throw new RangeError(`a line of more than ${this.longestLine} bytes`);
  }

  /** The stream has ended: what is left is a line without an end. */
  finish(): void {
    if (this.partsLength > 0) this.emit(Buffer.alloc(0), 0, 0);
  }

  private emit(chunk: Buffer, start: number, end: number): void {
    if (this.partsLength === 0) {
      this.onLine(chunk.toString("utf8", start, end), end - start);
      return;
    }
    const whole = Buffer.concat([...this.parts, chunk.subarray(start, end)]);
    this.parts = [];
    this.partsLength = 0;
    this.onLine(whole.toString("utf8"), whole.length);
  }
}
