const SMALLEST = 0.001;
const BUCKETS_PER_OCTAVE = 16;

/** Distribution of a series of delays (ms) in constant memory: buckets that grow by 4.4 %, from 1 µs on. */
export class Histogram {
  private readonly buckets: number[] = [];
  private total = 0;
  private largest = 0;

  add(delay: number): void {
    this.total++;
    if (delay > this.largest) this.largest = delay;
    const bucket = delay <= SMALLEST ? 0 : Math.ceil(Math.log2(delay / SMALLEST) * BUCKETS_PER_OCTAVE);
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
  }

  get count(): number {
    return this.total;
  }

  get max(): number {
    return this.largest;
  }

  /** The quantile `fraction` of the series, rounded up to the end of its bucket; 0 if empty. */
  quantile(fraction: number): number {
    const wanted = fraction * this.total;
    let seen = 0;
    for (let bucket = 0; bucket < this.buckets.length; bucket++) {
      seen += this.buckets[bucket] ?? 0;
      if (seen >= wanted && seen > 0)
        return bucket === 0 ? 0 : Math.min(this.largest, SMALLEST * 2 ** (bucket / BUCKETS_PER_OCTAVE));
    }
    return this.largest;
  }
}
