/** Which senders each receiver turns away. */
export type Cuts = ReadonlyMap<string, ReadonlySet<string>>;

/** The state that faults put the network in; the network reads it for every message between nodes. */
export class NetworkConditions {
  /** The probability that a message is lost. */
  lossRate = 0;
  /** The probability that a message is delivered twice. */
  duplicateRate = 0;
  /** How much longer than otherwise a message takes, in ms. */
  addedLatency = 0;
  private cuts: Cuts = new Map();

  /** From now on every receiver drops what comes from the senders listed for it, and nothing else. */
  cut(cuts: Cuts): void {
    this.cuts = cuts;
  }

  /** Ends every cut. */
  heal(): void {
    this.cuts = new Map();
  }

  /** Whether `receiver` drops what `sender` sends. */
  isCut(sender: string, receiver: string): boolean {
    return this.cuts.get(receiver)?.has(sender) ?? false;
  }
}
