import { expect, it } from "vitest";
import { describe as describeSpans } from "../../../src/domain/anti-entropy/summary.js";
import type { DotRange } from "../../../src/domain/values/dot.js";
import { ALL_DOTS, inOrder } from "../../../src/domain/values/dot-spans.js";
import { wireSize } from "../../../src/domain/values/vector-chunks.js";

/** Dots whose list takes so many bytes, or some more. */
function dotsOf(bytes: number): readonly DotRange[] {
  const dots: DotRange[] = [];
  for (let left = bytes; left > 0; left -= wireSize(dots.at(-1) as DotRange))
    dots.push([`n${dots.length}@1838492391000000`, 1, 7]);
  return inOrder(dots);
}

it.each([
  ["is listed if the list takes up to 1,024 bytes", 980, 1],
  ["is divided into one part per 256 bytes otherwise", 1_240, 5],
  ["is divided into 16 parts at most", 20_000, 16],
])("A span of a summary %s", (_, bytes, parts) => {
  const dots = dotsOf(bytes);
  expect(describeSpans([ALL_DOTS], { all: dots, settled: dots }, 7)).toHaveLength(parts);
});
