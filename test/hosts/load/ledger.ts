import type { Division } from "../scenarios.js";

/** A value that a client has sent. */
interface Entry {
  /** The server that it was sent to. */
  readonly origin: string;
  /** By `performance.now()`, in ms. */
  readonly sentAt: number;
  acknowledgedAt?: number;
  /** When each server first showed it to a client that follows its events. */
  readonly arrivals: Map<string, number>;
}

/** What is wrong with the values that servers show at the end. */
export interface Faults {
  /** Acknowledged values that a server does not show: `server: value`. */
  readonly missing: readonly string[];
  /** Values that no client has sent. */
  readonly invented: readonly string[];
  /** Values that a server shows more than once. */
  readonly repeated: readonly string[];
}

/** What clients sent, which of it was acknowledged, and what came back. */
export class Ledger {
  private readonly entries = new Map<string, Entry>();
  /** Values whose server may still answer, and the server. */
  private readonly pending = new Map<string, string>();
  /** Requests that were not acknowledged, by the reason. */
  readonly refusals = new Map<string, number>();

  /**
   * @param servers ids of all servers
   * @param earlier the ledger of earlier values on the same servers
   */
  constructor(
    private readonly servers: readonly string[],
    private readonly earlier?: Ledger,
  ) {}

  get attempted(): number {
    return this.entries.size;
  }

  sent(value: string, origin: string): void {
    this.entries.set(value, { origin, sentAt: performance.now(), arrivals: new Map() });
    this.pending.set(value, origin);
  }

  acknowledged(value: string): void {
    const entry = this.entries.get(value);
    if (entry !== undefined) entry.acknowledgedAt = performance.now();
    this.pending.delete(value);
  }

  refused(value: string, reason: string): void {
    this.pending.delete(value);
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
  }

  /** A server's process has ended: it answers nothing more of what it was sent so far. */
  ended(server: string): void {
    for (const [value, origin] of this.pending) if (origin === server) this.pending.delete(value);
  }

  /** Number of values that wait for an answer. Until it is 0, more values may be acknowledged. */
  get unanswered(): number {
    return this.pending.size;
  }

  arrived(value: string, server: string): void {
    const arrivals = this.entries.get(value)?.arrivals;
    if (arrivals !== undefined && !arrivals.has(server)) arrivals.set(server, performance.now());
  }

  get acknowledgedCount(): number {
    return this.acknowledgedEntries().length;
  }

  /** Times in ms from request to acknowledgement. */
  acknowledgementTimes(): readonly number[] {
    return this.acknowledgedEntries().map(({ sentAt, acknowledgedAt }) => acknowledgedAt - sentAt);
  }

  /** Times in ms from request until each acknowledged value had arrived at clients of all servers. */
  deliveryTimes(): readonly number[] {
    return this.acknowledgedEntries().map((entry) => this.everywhereAt(entry) - entry.sentAt);
  }

  /** Number of values that a server has acknowledged. */
  acknowledgedAt(server: string): number {
    return this.acknowledgedEntries().filter(({ origin }) => origin === server).length;
  }

  /**
   * Times in ms from request until each value had arrived at clients of all servers of its own group. Only values that were
   * acknowledged by a server of a group with others, and sent in this stretch of time.
   */
  deliveryTimesWithin({ begin, end, groups }: Division): readonly number[] {
    return this.acknowledgedEntries().flatMap(({ origin, sentAt, arrivals }) => {
      const group = groups.find((ids) => ids.includes(origin));
      if (group === undefined || group.length < 2 || sentAt < begin || sentAt > end) return [];
      return [Math.max(...group.map((id) => arrivals.get(id) ?? Number.POSITIVE_INFINITY)) - sentAt];
    });
  }

  /** When the values that were acknowledged before `time` had all arrived at clients of all servers; infinite if never. */
  completeAt(time: number): number {
    const earlier = this.acknowledgedEntries().filter(({ acknowledgedAt }) => acknowledgedAt <= time);
    return earlier.reduce((latest, entry) => Math.max(latest, this.everywhereAt(entry)), time);
  }

  /** Whether each acknowledged value has arrived at clients of all servers. */
  isComplete(): boolean {
    return this.acknowledgedEntries().every((entry) => this.everywhereAt(entry) < Number.POSITIVE_INFINITY);
  }

  /**
   * Number of arrivals in a stretch of time, of values that were sent in it as well.
   * @param isMeant given the server that took the value, and the one that shows it
   */
  arrivalsBetween(begin: number, end: number, isMeant: (origin: string, server: string) => boolean): number {
    let count = 0;
    for (const { origin, sentAt, arrivals } of this.entries.values())
      for (const [server, at] of arrivals) if (sentAt > begin && at < end && isMeant(origin, server)) count++;
    return count;
  }

  /** The shortest time in ms that a value sent in a stretch of time took to another server; infinite if none arrived. */
  fastestBetween(begin: number, end: number): number {
    let fastest = Number.POSITIVE_INFINITY;
    for (const { origin, sentAt, arrivals } of this.entries.values())
      for (const [server, at] of arrivals)
        if (sentAt > begin && sentAt < end && server !== origin) fastest = Math.min(fastest, at - sentAt);
    return fastest;
  }

  /** Compares the values that each server shows with all that were ever sent and acknowledged, in earlier ledgers as well. */
  judge(shown: ReadonlyMap<string, readonly string[]>): Faults {
    const [missing, invented, repeated]: string[][] = [[], [], []] as never;
    const acknowledged = this.everAcknowledged();
    for (const [server, values] of shown) {
      const distinct = new Set(values);
      for (const value of acknowledged) if (!distinct.has(value)) missing?.push(`${server}: ${value}`);
      for (const value of distinct) if (!this.knows(value)) invented?.push(`${server}: ${value}`);
      if (distinct.size < values.length) repeated?.push(`${server}: ${values.length - distinct.size} more than sent`);
    }
    return { missing, invented, repeated } as Faults;
  }

  private everAcknowledged(): readonly string[] {
    const own = [...this.entries].filter(([, { acknowledgedAt }]) => acknowledgedAt !== undefined);
    return [...(this.earlier?.everAcknowledged() ?? []), ...own.map(([value]) => value)];
  }

  private knows(value: string): boolean {
    return this.entries.has(value) || this.earlier?.knows(value) === true;
  }

  private acknowledgedEntries() {
    return [...this.entries.values()].filter((entry) => entry.acknowledgedAt !== undefined) as (Entry & {
      readonly acknowledgedAt: number;
    })[];
  }

  private everywhereAt({ arrivals }: Entry): number {
    return arrivals.size < this.servers.length ? Number.POSITIVE_INFINITY : Math.max(...arrivals.values());
  }
}
