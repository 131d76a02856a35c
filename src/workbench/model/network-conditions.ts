/** For each receiver, the senders whose messages it drops. */
export type Cuts = ReadonlyMap<string, ReadonlySet<string>>;

/** The faults of the network; the network reads them for every message between nodes. */
export class NetworkConditions {
  /** The probability that a message is lost. */
  lossRate = 0;
  /** The probability that a message is delivered twice. */
  duplicateRate = 0;
  /** Additional latency of each message, in ms. */
  addedLatency = 0;
  private cuts: Cuts = new Map();

  /** Replaces all cuts: from now on every receiver drops messages from exactly the senders listed for it. */
  cut(cuts: Cuts): void {
    this.cuts = cuts;
  }

  /** Ends every cut. */
  heal(): void {
    this.cuts = new Map();
  }

  /** Whether `receiver` drops messages from `sender`. */
  isCut(sender: string, receiver: string): boolean {
    return this.cuts.get(receiver)?.has(sender) ?? false;
  }
}
