/** Messages counted, and the bytes of their lines. */
export interface TrafficCount {
  readonly count: number;
  readonly bytes: number;
}

/** The traffic of a run. */
export interface Traffic {
  /** Messages from node to node: every one that was sent, whether it arrived or not. */
  readonly servers: TrafficCount & {
    readonly byType: { readonly [type: string]: TrafficCount };
    /** How many of them a fault dropped. */
    readonly dropped: number;
    /** How many of them a fault let arrive twice; the copies are not counted otherwise. */
    readonly duplicated: number;
  };
  /** Messages to and from clients: `init`, `topology`, the operations and their replies. Bytes: from the nodes only. */
  readonly clients: TrafficCount;
}

/** Counts messages as they are sent. */
export class TrafficMeter {
  /** Messages from node to node so far. */
  serverMessages = 0;
  private serverBytes = 0;
  private dropped = 0;
  private duplicated = 0;
  private clientMessages = 0;
  private clientBytes = 0;
  private readonly types = new Map<string, { count: number; bytes: number }>();

  betweenServers(type: string, bytes: number): void {
    this.serverMessages++;
    this.serverBytes += bytes;
    const entry = this.types.get(type);
    if (entry === undefined) {
      this.types.set(type, { count: 1, bytes });
    } else {
      entry.count++;
      entry.bytes += bytes;
    }
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
    const byType: Record<string, TrafficCount> = {};
    for (const [type, entry] of [...this.types].sort((a, b) => b[1].count - a[1].count)) byType[type] = { ...entry };
    return {
      servers: {
        count: this.serverMessages,
        bytes: this.serverBytes,
        dropped: this.dropped,
        duplicated: this.duplicated,
        byType,
      },
      clients: { count: this.clientMessages, bytes: this.clientBytes },
    };
  }
}
