import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { cost, type Figure } from "./figures.js";

/** The heap may grow by a tenth from the second quarter of the values to the last one. */
const TARGET = 1 / 1.1;
/** Room for all values of four minutes at three nodes. */
const HEAP_LIMIT = "--max-old-space-size=3000";

/** The size of the measurement. */
export interface RetentionExtent {
  /** Values that are broadcast. */
  readonly values: number;
  /** Values that each node keeps. */
  readonly retained: number;
}

/**
 * The end of point 6 of issue 14: with `retain`, a node that has taken a million values needs no more memory than before.
 * @throws {Error} if a value did not reach every node
 */
export function measureRetention(extent: RetentionExtent): Figure[] {
  return growth("retention-process.js", `heap with retain, ${extent.values} values`, extent);
}

/**
 * The end of point 3 of issue 15: the same while the values wait for a slow member.
 * @throws {Error} if a value did not reach every node
 */
export function measureBacklog(extent: RetentionExtent): Figure[] {
  return growth("backlog-process.js", `heap with a slow member, ${extent.values} values of 1 kB`, extent);
}

function growth(program: string, what: string, { values, retained }: RetentionExtent): Figure[] {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const text = execFileSync(process.execPath, ["--expose-gc", HEAP_LIMIT, path, `${values}`, `${retained}`], {
    encoding: "utf8",
  });
  const { heaps, lost } = JSON.parse(text) as { heaps: number[]; lost: number };
  if (lost !== 0) throw new Error(`${lost} of ${values} values did not reach a node`);
  const quarter = Math.floor(heaps.length / 4);
  const meanOf = (from: number) =>
    heaps.slice(from, from + quarter).reduce((sum, heap) => sum + heap, 0) / quarter / 1e6;
  const name = `${what}: last quarter beside second`;
  return [{ ...cost(name, "MB", meanOf(3 * quarter), meanOf(quarter)), target: TARGET }];
}
