/** The latest samples, also in order of size, so that a quantile costs nothing: it is asked for after every acknowledgement. */
export class Samples {
  /** The oldest first. */
  private readonly latest: number[] = [];
  /** The smallest first. */
  private readonly sorted: number[] = [];
  /** Since when every sample has been an outlier; `undefined` after a normal one. */
  outliersSince: number | undefined;

  /** @param most number of samples that are kept */
  constructor(private readonly most: number) {}

  get count(): number {
    return this.latest.length;
  }

  add(sample: number): void {
    this.latest.push(sample);
    this.sorted.splice(this.placeOf(sample), 0, sample);
    if (this.latest.length > this.most) this.sorted.splice(this.placeOf(this.latest.shift() as number), 1);
  }

  /** The element at floor(n·q) of the sorted samples. */
  quantile(q: number): number {
    return this.sorted[Math.min(this.sorted.length - 1, Math.floor(this.sorted.length * q))] as number;
  }

  /** Index of the first sample in order that is not smaller. */
  private placeOf(sample: number): number {
    let [low, high] = [0, this.sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.sorted[middle] as number) < sample) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
