import type { Ora } from "ora";
import { fitted, spinnerOnStderr } from "./progress-line.js";

/** How far a work of many pieces has come. */
interface Work {
  /** Pieces done, and pieces in all. */
  readonly done: number;
  readonly total: number;
  /** What the pieces are: "seeds". */
  readonly unit: string;
  /** Since the beginning, in ms. */
  readonly elapsed: number;
}

/** Characters of the bar. */
const WIDTH = 24;
/** No rate is told before this time (ms) has passed: it would only jump. */
const LEAST_TIME = 500;

/** A bar on the terminal for a work of many pieces: how many are done, how many a second, and how long it will take. */
export class ProgressBar {
  private readonly spinner: Ora;
  private readonly begun = performance.now();

  /** @param total pieces in all @param unit what they are: "seeds" */
  constructor(
    private readonly total: number,
    private readonly unit: string,
  ) {
    this.spinner = spinnerOnStderr().start();
  }

  /** So many pieces are done. @param note what else there is to say */
  show(done: number, note: string): void {
    const { total, unit } = this;
    const elapsed = performance.now() - this.begun;
    this.spinner.text = fitted(`${describeWork({ done, total, unit, elapsed })} · ${note}`);
    // Work in virtual time holds the thread: nothing else draws while a piece of it is under way.
    this.spinner.render();
  }

  /** Makes room for lines above the bar; it is drawn again below them with the next piece. */
  clear(): void {
    this.spinner.clear();
  }

  stop(): void {
    this.spinner.stop();
  }
}

/** The bar and the figures beside it. */
export function describeWork({ done, total, unit, elapsed }: Work): string {
  const full = Math.floor((WIDTH * done) / total);
  const parts = [`${"█".repeat(full)}${"░".repeat(WIDTH - full)} ${done} of ${total} ${unit}`];
  if (done > 0 && elapsed >= LEAST_TIME) {
    const rate = (1000 * done) / elapsed;
    parts.push(`${rate < 10 ? rate.toFixed(1) : rate.toFixed(0)} a second`);
    parts.push(`${inWords((total - done) / rate)} left`);
  }
  return parts.join(" · ");
}

/** @param duration in s */
function inWords(duration: number): string {
  const seconds = Math.ceil(duration);
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
