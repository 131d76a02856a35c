import type { Progress } from "./orders.ts";

/** Counts the values that a member has, each once. */
export class Tally {
  private readonly ids = new Set<number>();
  private latencies: [id: number, latency: number][] = [];
  private count = 0;
  private lastAt = 0;
  private begunAt: number | undefined;
  private awaited: { readonly count: number; readonly reached: () => void } | undefined;

  /** This member broadcasts a value. */
  own(id: number): void {
    this.add(id);
  }

  /** Another member's value came, or this member's own one came back. @param at when it was broadcast, in ms */
  deliver(id: number, at: number): void {
    if (this.add(id)) this.latencies.push([id, this.lastAt - at]);
  }

  /** This member begins a burst. */
  begin(): void {
    this.begunAt = now();
  }

  /** Resolves once there are `count` values since the last call of `take`, or none has come for `patience` ms. */
  async until(count: number, patience: number): Promise<Progress> {
    const asked = now();
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (now() - Math.max(asked, this.lastAt) > patience) resolve();
      }, 100);
      this.awaited = {
        count,
        reached: () => {
          clearInterval(timer);
          resolve();
        },
      };
      if (this.count >= count) this.awaited.reached();
    });
    return { count: this.count, lastAt: this.lastAt, ...(this.begunAt !== undefined && { begunAt: this.begunAt }) };
  }

  /** Returns all deliveries since the last call, and begins anew. */
  take(): [id: number, latency: number][] {
    const { latencies } = this;
    this.latencies = [];
    this.count = 0;
    this.begunAt = undefined;
    return latencies;
  }

  private add(id: number): boolean {
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    this.count++;
    this.lastAt = now();
    if (this.count === this.awaited?.count) this.awaited.reached();
    return true;
  }
}

/** The monotonic clock, in ms. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
