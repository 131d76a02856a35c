import { type DotRange, dotCount, memberOf } from "../../domain/values/dot.js";
import type { Missed } from "./types.js";

/** Summarises lost dots: how many there are, and of which members. */
export function missedOf(dots: readonly DotRange[]): Missed {
  const authors = new Map<string, [first: number, last: number][]>();
  for (const [author, first, count] of dots)
    authors.set(author, [...(authors.get(author) ?? []), [first, first + count - 1]]);
  const lengthOf = (ranges: readonly (readonly [number, number])[]) =>
    ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return {
    count: dotCount(dots),
    authors: [...authors].map(([author, numbers]) => ({
      member: memberOf(author),
      author,
      count: lengthOf(numbers),
      numbers,
    })),
  };
}
