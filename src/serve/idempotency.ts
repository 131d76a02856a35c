/** The answer to a request, as it can be given again. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

interface Kept {
  /** Digest of the request: the same key with another request is a mistake. */
  readonly digest: string;
  readonly answer: Promise<Answer>;
  readonly expires: number;
}

/** The same key came with another request. */
export class KeyReused extends Error {
  override readonly name = "KeyReused";
}

/** Remembers the answers to requests by their idempotency keys, so that a request that is sent again counts once. */
export class IdempotencyKeys {
  private readonly kept = new Map<string, Kept>();

  /**
   * @param mostKeys upper bound on keys; the oldest are forgotten first
   * @param lifetime how long a key is remembered, in ms
   * @param now a monotonic clock, in ms: a time of day that is set would forget keys early, or keep them
   */
  constructor(
    private readonly mostKeys: number,
    private readonly lifetime: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * The answer to the first request with this key; the work is done for the first one only. An answer that `work` rejects is not
   * kept: nothing has happened.
   * @throws {KeyReused} (rejects) if the first request had another digest
   */
  async answer(key: string, digest: string, work: () => Promise<Answer>): Promise<Answer> {
    this.forget(({ expires }) => expires <= this.now());
    const known = this.kept.get(key);
    if (known !== undefined) {
      if (known.digest === digest) return known.answer;
      throw new KeyReused(
        `the key ${JSON.stringify(key)} was used for another request: the value as it is written, topic, ack or ackTimeout differs; ` +
          "repeat a request unchanged, and use a new key for each value",
      );
    }
    this.forget(() => this.kept.size >= this.mostKeys);
    const kept: Kept = { digest, answer: work(), expires: this.now() + this.lifetime };
    this.kept.set(key, kept);
    try {
      return await kept.answer;
    } catch (error) {
      if (this.kept.get(key) === kept) this.kept.delete(key);
      throw error;
    }
  }

  /** Forgets the oldest keys, as long as `isDue`. */
  private forget(isDue: (oldest: Kept) => boolean): void {
    // Keys are in the order of their first use, which is the order of expiry.
    for (const [key, kept] of this.kept) {
      if (!isDue(kept)) return;
      this.kept.delete(key);
    }
  }
}
