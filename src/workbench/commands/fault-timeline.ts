import colors from "picocolors";
import { type FaultStretch, faultStretches } from "../model/faults/fault-stretches.js";
import type { BenchResult } from "../model/result.js";

/** Stretches beyond this many are not printed; the result and the history have them all. */
const MOST_STRETCHES_SHOWN = 24;

/** Characters of a detail that are printed: who is cut off from whom can be long. */
const LONGEST_DETAIL = 76;

/** One line for each fault that was to come, and a timeline of what came; nothing if no fault was asked for. */
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
      : [colors.dim(`  … and ${stretches.length - shown.length} more: --json has them all`)]),
  ];
}

function summary(stretches: readonly FaultStretch[]): string {
  if (stretches.length === 0) return "never: the run was over before";
  const times = stretches.length === 1 ? "once" : `${stretches.length} times`;
  const total = stretches.reduce((sum, { from, to = from }) => sum + to - from, 0);
  return `${times}, ${(total / 1000).toFixed(1)} s in all`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(3).padStart(7)} s`;
}

function shortened(detail: string): string {
  return detail.length <= LONGEST_DETAIL ? detail : `${detail.slice(0, LONGEST_DETAIL)}…`;
}
