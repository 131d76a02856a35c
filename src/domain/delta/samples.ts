import { SortedList } from "../values/sorted-list.js";

/** The latest samples, also in order of size, so that a quantile costs nothing: it is asked for after every acknowledgement. */
export class Samples {
  /** The oldest first. */
  private readonly latest: number[] = [];
  private readonly sorted = new SortedList<number>((one, other) => one - other);
  /** Since when every sample has been an outlier; `undefined` after a normal one. */
  outliersSince: number | undefined;

  /** @param most number of samples that are kept */
  constructor(private readonly most: number) {}

  get count(): number {
    return this.latest.length;
  }

  add(sample: number): void {
    this.latest.push(sample);
    this.sorted.add(sample);
    if (this.latest.length > this.most) this.sorted.remove(this.latest.shift() as number);
  }

  /** The element at floor(n·q) of the sorted samples. */
  quantile(q: number): number {
    return this.sorted.at(Math.min(this.sorted.length - 1, Math.floor(this.sorted.length * q))) as number;
  }
}
