import ora, { type Ora } from "ora";
import colors from "picocolors";
import type { Progress } from "../model/run-bench.js";
import type { BenchSettings } from "../model/settings.js";

/** Interval between two drawings, in ms. It is long because drawing takes time from the network. */
const INTERVAL = 250;

/** Columns for the spinner and the cursor, so that the line never wraps. */
const MARGIN = 3;

/** A spinner on stderr, so that stdout carries only results; silent if stderr is not a terminal. */
export function spinnerOnStderr(): Ora {
  // With a terminal of width 0 (a pseudo-terminal without a window) ora clears lines endlessly.
  const isVisible = process.stderr.isTTY === true && process.stderr.columns > 0;
  return ora({
    stream: process.stderr,
    // ora does not support NO_COLOR.
    color: colors.isColorSupported ? "cyan" : false,
    isEnabled: isVisible,
    isSilent: !isVisible,
    spinner: { interval: INTERVAL, frames: ["⠋", "⠙", "⠹", "⠸", "⠴", "⠦", "⠇", "⠏"] },
    // The bench handles Ctrl-C itself, and reads no input.
    discardStdin: false,
    hideCursor: false,
  });
}

/** Cuts the text so that the spinner's line does not wrap. */
export function fitted(text: string): string {
  return text.slice(0, Math.max(0, (process.stderr.columns ?? text.length + MARGIN) - MARGIN));
}

/** One line on the terminal that shows the progress of a run; silent if stderr is not a terminal. */
export class ProgressLine {
  private readonly spinner: Ora;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly settings: BenchSettings) {
    this.spinner = spinnerOnStderr();
  }

  start(progress: () => Progress): void {
    this.spinner.start(describeProgress(progress(), this.settings));
    this.timer = setInterval(() => {
      this.spinner.text = fitted(describeProgress(progress(), this.settings));
    }, INTERVAL);
  }

  /** Prints a line above the progress line. */
  print(line: string): void {
    const showing = this.spinner.isSpinning;
    if (showing) this.spinner.clear();
    console.error(line);
    if (showing) this.spinner.render();
  }

  stop(): void {
    clearInterval(this.timer);
    this.spinner.stop();
  }
}

/** Returns the text of the progress line. */
function describeProgress(progress: Progress, settings: BenchSettings): string {
  const { phase, elapsed, operations, serverMessages, notYetEverywhere, violations } = progress;
  if (phase === "starting") return `starting ${settings.nodeIds.length} nodes`;
  const perOperation = operations === 0 ? "–" : (serverMessages / operations).toFixed(2);
  const parts = [
    `${(elapsed / 1000).toFixed(0)} s`,
    phase === "workload" ? `of ${settings.timeLimit / 1000} s` : phase,
    `${operations} operations`,
    `${perOperation} messages per operation`,
    `${notYetEverywhere} ${notYetEverywhere === 1 ? "value" : "values"} not yet on every node`,
  ];
  if (violations > 0) parts.push(`${violations} ${violations === 1 ? "rule" : "rules"} broken`);
  return parts.join(" · ").replace(" · of ", " of ");
}
