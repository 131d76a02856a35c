/** The latest samples. Quantiles are computed on demand and cached until the next sample. */
export class Samples {
  private readonly latest: number[] = [];
  /** Since when every sample has been an outlier; `undefined` after a normal one. */
  outliersSince: number | undefined;
  private sorted: number[] | undefined;

  /** @param most number of samples that are kept */
  constructor(private readonly most: number) {}

  get count(): number {
    return this.latest.length;
  }

  add(sample: number): void {
    this.latest.push(sample);
    if (this.latest.length > this.most) this.latest.shift();
    this.sorted = undefined;
  }

  /** The element at floor(n·q) of the sorted samples. */
  quantile(q: number): number {
    this.sorted ??= this.latest.toSorted((a, b) => a - b);
    return this.sorted[Math.min(this.sorted.length - 1, Math.floor(this.sorted.length * q))] as number;
  }
}
