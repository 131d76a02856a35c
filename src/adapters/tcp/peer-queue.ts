/** Lines that wait for one member: those sent first leave first, and are dropped first when there are too many. */
export class PeerQueue {
  private lines: Buffer[] = [];
  /** Where in `lines` the first one is that waits. */
  private first = 0;
  /** How many bytes wait. */
  bytes = 0;

  /** @param limit the most bytes that wait */
  constructor(private readonly limit: number) {}

  get isEmpty(): boolean {
    return this.first === this.lines.length;
  }

  /**
   * @param leaving bytes that have left this queue, but not this process: they count as well
   * @returns how many lines were dropped for it
   */
  push(line: Buffer, leaving: number): number {
    this.lines.push(line);
    this.bytes += line.length;
    let dropped = 0;
    // The newest stays in any case: it is the one that still matters.
    while (this.bytes + leaving > this.limit && this.first < this.lines.length - 1) {
      this.shift();
      dropped++;
    }
    return dropped;
  }

  /** Takes out the first lines, as many as have about `size` bytes: at least one. */
  take(size: number): Buffer {
    const taken: Buffer[] = [];
    for (let bytes = 0; bytes < size && !this.isEmpty; ) {
      const line = this.shift();
      taken.push(line);
      bytes += line.length;
    }
    const [only, ...others] = taken;
    return only !== undefined && others.length === 0 ? only : Buffer.concat(taken);
  }

  private shift(): Buffer {
    const line = this.lines[this.first] as Buffer;
    this.lines[this.first++] = EMPTY;
    this.bytes -= line.length;
    if (this.first > 1000 && this.first * 2 > this.lines.length) {
      this.lines = this.lines.slice(this.first);
      this.first = 0;
    }
    return line;
  }
}

const EMPTY = Buffer.alloc(0);
