/** Fate of a value. */
export type ValueFate = "stable" | "lost" | "never-read";

/** Evidence of the reads about one value. */
export interface ValueOutcome {
  readonly value: number;
  readonly fate: ValueFate;
  /** When the value was first known to exist, in ms since the workload began; absent if it never was. */
  readonly knownAt?: number;
  /** Invocation of the last read that lacked the value; absent if none did. */
  readonly lastAbsentAt?: number;
  /** From the known time to the invocation of the last read that lacked the value, in ms, 0 if none did; stable values only. */
  readonly latency?: number;
  /** Indexes of the nodes whose final read lacked the value though it was known and not lost; absent if there are none. */
  readonly missingOn?: readonly number[];
}

/** A successful read. Positions count the events of the history. */
export interface CompletedRead {
  readonly invokedPosition: number;
  readonly invokedAt: number;
  readonly completedPosition: number;
  readonly completedAt: number;
  /** Index of the node that was read. */
  readonly node: number;
  readonly values: readonly unknown[];
  /** Whether it is one of the reads at the end. */
  readonly final?: boolean | undefined;
}

/** Content that no read may show. */
export interface ReadAnomalies {
  /** Values that occurred in it more than once. */
  readonly twice: readonly number[];
  /** Values that no client had broadcast yet. */
  readonly invented: readonly unknown[];
}

const NONE = -1;

/**
 * Jepsen's `set-full` checker, folded: it processes each read as it comes and then forgets it. Per value it keeps the first
 * event that proved its existence, and the latest invocations of reads that showed it and that lacked it. It uses typed
 * arrays, because a run of 10,000 values has as many reads of up to as many values.
 *
 * Values are the integers 0, 1, 2, … in the order of their broadcasts, so a value is its own index.
 */
export class SetChecker {
  private attempted = 0;
  private reads = 0;
  private everywhere = 0;
  private capacity = 1024;
  private knownPosition = new Int32Array(this.capacity).fill(NONE);
  private knownTime = new Float64Array(this.capacity);
  private lastPresent = new Int32Array(this.capacity).fill(NONE);
  private lastAbsent = new Int32Array(this.capacity).fill(NONE);
  private lastAbsentTime = new Float64Array(this.capacity);
  /** Number of the last read that listed the value; shows without a set what the current read lacks or repeats. */
  private lastReadWith = new Int32Array(this.capacity).fill(NONE);
  private nodesMissing = new Int32Array(this.capacity);
  private readonly shownBy: Uint8Array[] = [];
  /** The nodes whose final read lacked a value, by value. */
  private readonly missingOn = new Map<number, number[]>();

  constructor(private readonly nodeCount: number) {}

  /** Number of values broadcast, acknowledged or not. */
  get attemptCount(): number {
    return this.attempted;
  }

  /** Number of values that have not yet been read from every node. */
  get notYetEverywhere(): number {
    return this.attempted - this.everywhere;
  }

  /** A broadcast begins. Values must come as 0, 1, 2, …; throws RangeError otherwise. */
  broadcastInvoked(value: number): void {
    if (value !== this.attempted)
      throw new RangeError(`value ${value} was broadcast where ${this.attempted} was expected`);
    if (this.attempted === this.capacity) this.grow();
    this.nodesMissing[value] = this.nodeCount;
    this.attempted++;
  }

  /** A broadcast was acknowledged. */
  broadcastAcknowledged(value: number, position: number, time: number): void {
    if (this.knownPosition[value] !== NONE) return;
    this.knownPosition[value] = position;
    this.knownTime[value] = time;
  }

  /** Takes a read, and returns the content that it should not have shown. */
  readCompleted(read: CompletedRead): ReadAnomalies {
    const serial = this.reads++;
    const twice: number[] = [];
    const invented: unknown[] = [];
    let shown = 0;
    for (const value of read.values) {
      if (!this.wasBroadcast(value)) {
        invented.push(value);
      } else if (this.lastReadWith[value] === serial) {
        twice.push(value);
      } else {
        shown++;
        this.lastReadWith[value] = serial;
        this.present(value, read);
      }
    }
    if (shown < this.attempted) this.noteAbsent(serial, read);
    return { twice, invented };
  }

  /** Returns an independent checker with the same state. */
  copy(): SetChecker {
    const copy = new SetChecker(this.nodeCount);
    Object.assign(copy, structuredClone({ ...this }));
    return copy;
  }

  /** The fate of every value, by all reads so far. */
  outcomes(): ValueOutcome[] {
    return Array.from({ length: this.attempted }, (_, value) => this.outcome(value));
  }

  private wasBroadcast(value: unknown): value is number {
    return typeof value === "number" && value >= 0 && value < this.attempted && Number.isInteger(value);
  }

  private present(value: number, read: CompletedRead): void {
    if (this.knownPosition[value] === NONE) {
      this.knownPosition[value] = read.completedPosition;
      this.knownTime[value] = read.completedAt;
    }
    if ((this.lastPresent[value] as number) < read.invokedPosition) this.lastPresent[value] = read.invokedPosition;
    if (this.nodesMissing[value] !== 0) this.noteShown(value, read.node);
  }

  private noteShown(value: number, node: number): void {
    const shownBy = this.shownBy[node] ?? new Uint8Array(this.capacity);
    this.shownBy[node] = shownBy;
    if (shownBy[value] === 1) return;
    shownBy[value] = 1;
    const missing = (this.nodesMissing[value] as number) - 1;
    this.nodesMissing[value] = missing;
    if (missing === 0) this.everywhere++;
  }

  private noteAbsent(serial: number, read: CompletedRead): void {
    const { lastReadWith, lastAbsent, lastAbsentTime, attempted } = this;
    for (let value = 0; value < attempted; value++) {
      if (lastReadWith[value] === serial) continue;
      if (read.final) this.noteMissing(value, read.node);
      if ((lastAbsent[value] as number) >= read.invokedPosition) continue;
      lastAbsent[value] = read.invokedPosition;
      lastAbsentTime[value] = read.invokedAt;
    }
  }

  private noteMissing(value: number, node: number): void {
    const nodes = this.missingOn.get(value);
    if (nodes === undefined) this.missingOn.set(value, [node]);
    else if (!nodes.includes(node)) nodes.push(node);
  }

  private outcome(value: number): ValueOutcome {
    const knownPosition = this.knownPosition[value] as number;
    const lastPresent = this.lastPresent[value] as number;
    const lastAbsent = this.lastAbsent[value] as number;
    const known = knownPosition === NONE ? {} : { knownAt: this.knownTime[value] as number };
    const absent = lastAbsent === NONE ? {} : { lastAbsentAt: this.lastAbsentTime[value] as number };
    if (lastPresent !== NONE && lastAbsent < lastPresent) {
      const latency =
        lastAbsent === NONE
          ? 0
          : Math.max(0, (this.lastAbsentTime[value] as number) - (this.knownTime[value] as number));
      const missingOn = this.missingOn.get(value);
      return { value, fate: "stable", ...known, ...absent, latency, ...(missingOn && { missingOn }) };
    }
    // A read that lacked the value proves nothing unless it began after the value was known to exist.
    const lost = knownPosition !== NONE && lastAbsent > lastPresent && lastAbsent > knownPosition;
    return { value, fate: lost ? "lost" : "never-read", ...known, ...absent };
  }

  private grow(): void {
    this.capacity *= 2;
    this.knownPosition = grown(this.knownPosition, new Int32Array(this.capacity).fill(NONE));
    this.knownTime = grown(this.knownTime, new Float64Array(this.capacity));
    this.lastPresent = grown(this.lastPresent, new Int32Array(this.capacity).fill(NONE));
    this.lastAbsent = grown(this.lastAbsent, new Int32Array(this.capacity).fill(NONE));
    this.lastAbsentTime = grown(this.lastAbsentTime, new Float64Array(this.capacity));
    this.lastReadWith = grown(this.lastReadWith, new Int32Array(this.capacity).fill(NONE));
    this.nodesMissing = grown(this.nodesMissing, new Int32Array(this.capacity));
    for (const [node, shownBy] of this.shownBy.entries()) {
      if (shownBy !== undefined) this.shownBy[node] = grown(shownBy, new Uint8Array(this.capacity));
    }
  }
}

interface Settable {
  set(source: ArrayLike<number>): void;
}

function grown<List extends Settable & ArrayLike<number>>(old: List, larger: List): List {
  larger.set(old);
  return larger;
}
