import type { Ora } from "ora";
import { fitted, spinnerOnStderr } from "./progress-line.js";

/** Progress of a task with many pieces. */
interface Work {
  /** Pieces done, and pieces in total. */
  readonly done: number;
  readonly total: number;
  /** Name of the pieces, such as "seeds". */
  readonly unit: string;
  /** Time since the start, in ms. */
  readonly elapsed: number;
}

/** Length of the bar, in characters. */
const WIDTH = 24;
/** Before this time, in ms, no rate is shown, because it would jump. */
const LEAST_TIME = 500;

/** A progress bar on the terminal: pieces done, pieces per second, and remaining time. */
export class ProgressBar {
  private readonly spinner: Ora;
  private readonly begun = performance.now();

  /** @param total number of pieces @param unit name of the pieces, such as "seeds" */
  constructor(
    private readonly total: number,
    private readonly unit: string,
  ) {
    this.spinner = spinnerOnStderr().start();
  }

  /** Shows the number of pieces done. @param note further text */
  show(done: number, note: string): void {
    const { total, unit } = this;
    const elapsed = performance.now() - this.begun;
    this.spinner.text = fitted(`${describeWork({ done, total, unit, elapsed })} · ${note}`);
    // Work in virtual time blocks the thread, so the spinner cannot draw itself.
    this.spinner.render();
  }

  /** Clears the bar so that lines can be printed; the next call of `show` draws it again. */
  clear(): void {
    this.spinner.clear();
  }

  stop(): void {
    this.spinner.stop();
  }
}

/** The text of the bar and its figures. */
export function describeWork({ done, total, unit, elapsed }: Work): string {
  const full = Math.floor((WIDTH * done) / total);
  const parts = [`${"█".repeat(full)}${"░".repeat(WIDTH - full)} ${done} of ${total} ${unit}`];
  if (done > 0 && elapsed >= LEAST_TIME) {
    const rate = (1000 * done) / elapsed;
    parts.push(`${rate < 10 ? rate.toFixed(1) : rate.toFixed(0)} per second`);
    parts.push(`${inWords((total - done) / rate)} left`);
  }
  return parts.join(" · ");
}

/** Formats a duration. @param duration in s */
function inWords(duration: number): string {
  const seconds = Math.ceil(duration);
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
