import { Fifo } from "../../collections/fifo.js";

/** Queue of lines and frames for one member, all called lines here: the oldest are sent first, and dropped first when there are too many. */
export class PeerQueue {
  private lines = new Fifo<Buffer>();
  /** Number of queued bytes. */
  bytes = 0;

  /** @param limit the most queued bytes */
  constructor(private readonly limit: number) {}

  get isEmpty(): boolean {
    return this.lines.length === 0;
  }

  /**
   * @param leaving bytes that have left this queue, but not this process: they count as well
   * @returns the number of lines dropped for it
   */
  push(line: Buffer, leaving: number): number {
    this.lines.push(line);
    this.bytes += line.length;
    let dropped = 0;
    // The newest line always stays, because it is the most relevant one.
    while (this.bytes + leaving > this.limit && this.lines.length > 1) {
      this.shift();
      dropped++;
    }
    return dropped;
  }

  /** Replaces each line; those for which `change` returns `undefined` stay as they are. */
  rewrite(change: (line: Buffer) => Buffer | undefined): void {
    const lines = Array.from({ length: this.lines.length }, () => this.shift()).map((line) => change(line) ?? line);
    this.lines = new Fifo(lines);
    this.bytes = lines.reduce((sum, { length }) => sum + length, 0);
  }

  /** Removes and returns the first lines, with about `size` bytes: at least one. */
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
    const line = this.lines.shift() as Buffer;
    this.bytes -= line.length;
    return line;
  }
}
