/** Number of messages, and bytes of their lines. */
export interface TrafficCount {
  readonly count: number;
  readonly bytes: number;
}

/** The traffic of a run. */
export interface Traffic {
  /** Messages from node to node, services included: all that were sent, whether they arrived or not. */
  readonly servers: TrafficCount & {
    /** By type, the most frequent first. Types beyond the first `MOST_TYPES` are counted together. */
    readonly byType: { readonly [type: string]: TrafficCount };
    /** Messages among these to and from each service; absent if no node used any. */
    readonly byService?: { readonly [service: string]: TrafficCount };
    /** Number of these that a fault dropped. */
    readonly dropped: number;
    /** Number of these that a fault duplicated; the copies are not counted otherwise. */
    readonly duplicated: number;
  };
  /** Messages to and from clients: `init`, `topology`, the operations and their replies. Bytes: from the nodes only. */
  readonly clients: TrafficCount;
}

/** Upper bound on the types counted separately: a node may invent a new one for every message. */
const MOST_TYPES = 1000;
const OTHER_TYPES = "(other types)";

/** Counts messages as they are sent. */
export class TrafficMeter {
  /** Messages from node to node so far. */
  serverMessages = 0;
  private serverBytes = 0;
  private dropped = 0;
  private duplicated = 0;
  private clientMessages = 0;
  private clientBytes = 0;
  private readonly types: Counts = new Map();
  private readonly services: Counts = new Map();

  /** @param service the service that sends or receives it; absent if none does */
  betweenServers(type: string, bytes: number, service?: string): void {
    this.serverMessages++;
    this.serverBytes += bytes;
    count(this.types, this.types.size < MOST_TYPES || this.types.has(type) ? type : OTHER_TYPES, bytes);
    if (service !== undefined) count(this.services, service, bytes);
  }

  droppedByFault(): void {
    this.dropped++;
  }

  duplicatedByFault(): void {
    this.duplicated++;
  }

  withClient(bytes: number): void {
    this.clientMessages++;
    this.clientBytes += bytes;
  }

  snapshot(): Traffic {
    return {
      servers: {
        count: this.serverMessages,
        bytes: this.serverBytes,
        dropped: this.dropped,
        duplicated: this.duplicated,
        byType: byCount(this.types),
        ...(this.services.size > 0 && { byService: byCount(this.services) }),
      },
      clients: { count: this.clientMessages, bytes: this.clientBytes },
    };
  }
}

type Counts = Map<string, { count: number; bytes: number }>;

function count(counts: Counts, name: string, bytes: number): void {
  const entry = counts.get(name);
  if (entry === undefined) {
    counts.set(name, { count: 1, bytes });
  } else {
    entry.count++;
    entry.bytes += bytes;
  }
}

/** The largest count first. */
function byCount(counts: Counts): { readonly [name: string]: TrafficCount } {
  const sorted = [...counts].sort((one, other) => other[1].count - one[1].count);
  // A type may be called "__proto__": fromEntries makes it an ordinary key, an assignment does not.
  return Object.fromEntries(sorted.map(([name, entry]) => [name, { ...entry }]));
}
