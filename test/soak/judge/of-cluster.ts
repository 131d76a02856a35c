import type { Calm, TimedSample } from "../soak-record.js";
import { median, type Point } from "./trend.js";

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
  return sumsOf(samples, calms, (ofMember) => {
    const [first, ...others] = ofMember;
    const last = others.at(-1);
    if (first === undefined || last === undefined) return undefined;
    return (1000 * (of(last) - of(first))) / (last.at - first.at);
  });
}

/**
 * The median of a figure in each calm, summed over all members: it is different at the root, and the root changes.
 * @param of the figure of a process, in a sample
 */
export function levelsOf(
  samples: readonly TimedSample[],
  calms: readonly Calm[],
  of: (sample: TimedSample) => number,
): readonly Point[] {
  return sumsOf(samples, calms, (ofMember) => (ofMember.length === 0 ? undefined : median(ofMember.map(of))));
}

/** For each calm the sum over all members, without the calms in which a member has no figure. */
function sumsOf(
  samples: readonly TimedSample[],
  calms: readonly Calm[],
  figureOf: (ofMember: readonly TimedSample[]) => number | undefined,
): readonly Point[] {
  const members = [...new Set(samples.map(({ member }) => member))];
  return calms.flatMap(({ begin, end }) => {
    const within = samples.filter(({ at }) => at >= begin && at <= end);
    const figures = members.map((member) => figureOf(within.filter((sample) => sample.member === member)));
    if (figures.includes(undefined)) return [];
    return [{ at: (begin + end) / 2, value: (figures as number[]).reduce((sum, figure) => sum + figure, 0) }];
  });
}
