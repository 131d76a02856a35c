import colors from "picocolors";
import { type FaultStretch, faultStretches } from "../model/faults/fault-stretches.js";
import type { BenchResult } from "../model/result.js";

/** Upper bound on faults printed; the result and the history list all of them. */
const MOST_STRETCHES_SHOWN = 24;

/** Longest printed detail, in characters; the groups of a partition can be long. */
const LONGEST_DETAIL = 76;

/** Renders a line per requested fault, and a timeline of those that occurred; nothing if no fault was requested. */
export function renderFaults({ settings, faults }: Pick<BenchResult, "settings" | "faults">): string[] {
  if (settings.faults.length === 0) return [];
  const stretches = faultStretches(faults);
  const shown = stretches.slice(0, MOST_STRETCHES_SHOWN);
  return [
    "faults",
    ...settings.faults.map(
      (name) => `  ${name.padEnd(15)} ${summary(stretches.filter(({ fault }) => fault === name))}`,
    ),
    ...shown.map(({ fault, from, to, detail }) =>
      colors.dim(
        `  ${seconds(from)} – ${to === undefined ? "the end" : seconds(to)}  ${fault.padEnd(9)}  ${shortened(detail)}`,
      ),
    ),
    ...(stretches.length === shown.length
      ? []
      : [colors.dim(`  … and ${stretches.length - shown.length} more; --json FILE lists all of them`)]),
  ];
}

function summary(stretches: readonly FaultStretch[]): string {
  if (stretches.length === 0) return "never: the run ended before the first one";
  const times = stretches.length === 1 ? "once" : `${stretches.length} times`;
  const total = stretches.reduce((sum, { from, to = from }) => sum + to - from, 0);
  return `${times}, ${(total / 1000).toFixed(1)} s in total`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(3).padStart(7)} s`;
}

function shortened(detail: string): string {
  return detail.length <= LONGEST_DETAIL ? detail : `${detail.slice(0, LONGEST_DETAIL)}…`;
}
