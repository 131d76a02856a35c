import type { Calm, TimedSample } from "../soak-record.js";
import type { Point } from "./trend.js";

/**
 * A counter's increase per second in each calm, over all members. Calms in which a member has fewer than two samples are left out: it
 * has just restarted.
 * @param of the counter of a process, in a sample
 */
export function ratesOf(
  samples: readonly TimedSample[],
  calms: readonly Calm[],
  of: (sample: TimedSample) => number,
): readonly Point[] {
  const members = [...new Set(samples.map(({ member }) => member))];
  return calms.flatMap(({ begin, end }) => {
    const within = samples.filter(({ at }) => at >= begin && at <= end);
    const rates = members.map((member) => {
      const [first, ...others] = within.filter((sample) => sample.member === member);
      const last = others.at(-1);
      return first === undefined || last === undefined
        ? undefined
        : (1000 * (of(last) - of(first))) / (last.at - first.at);
    });
    if (rates.includes(undefined)) return [];
    return [{ at: (begin + end) / 2, value: (rates as number[]).reduce((sum, rate) => sum + rate, 0) }];
  });
}
