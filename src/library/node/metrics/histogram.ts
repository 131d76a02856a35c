import type { Metric } from "./metric.js";

/** Upper bounds of the buckets of latencies, in seconds. */
export const LATENCY_BUCKETS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 30, 60, 300,
];

/** Counts values in buckets, as OpenMetrics wants them. */
export class Histogram {
  private readonly counts: number[];
  private sum = 0;

  /** @param bounds upper bounds of the buckets, ascending, without infinity */
  constructor(
    private readonly name: string,
    private readonly help: string,
    private readonly bounds: readonly number[],
  ) {
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  add(value: number): void {
    const found = this.bounds.findIndex((bound) => value <= bound);
    const bucket = found < 0 ? this.bounds.length : found;
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.sum += value;
  }

  read(): Metric {
    let count = 0;
    const buckets = [...this.bounds, Number.POSITIVE_INFINITY].map((bound, index) => {
      count += this.counts[index] as number;
      return [bound, count] as const;
    });
    return { name: this.name, help: this.help, type: "histogram", buckets, sum: this.sum, count };
  }
}
