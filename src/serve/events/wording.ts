import type { DotRange } from "../../domain/values/dot.js";
import { missedOf } from "../../library/node/missed.js";

/** The content of a gap, as JSON: the number of values, and which ones. */
export function gapJson(ranges: readonly DotRange[]): string {
  return JSON.stringify(missedOf(ranges));
}
