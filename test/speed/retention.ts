import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { cost, type Figure } from "./figures.js";

const PROGRAM = fileURLToPath(new URL("./retention-process.js", import.meta.url));
/** The heap may grow by a tenth from the second quarter of the burst to the last one. */
const TARGET = 1 / 1.1;

/** The size of the measurement. */
export interface RetentionExtent {
  /** Values of the burst. */
  readonly values: number;
  /** Values that each node keeps. */
  readonly retained: number;
}

/**
 * The end of point 6 of issue 14: with `retain`, a node that has taken a million values needs no more memory than before.
 * @throws {Error} if a value did not reach every node
 */
export function measureRetention({ values, retained }: RetentionExtent): Figure[] {
  const text = execFileSync(process.execPath, ["--expose-gc", PROGRAM, `${values}`, `${retained}`], {
    encoding: "utf8",
  });
  const { heaps, lost } = JSON.parse(text) as { heaps: number[]; lost: number };
  if (lost !== 0) throw new Error(`${lost} of ${values} values did not reach a node`);
  const quarter = heaps.length / 4;
  const meanOf = (from: number) =>
    heaps.slice(from, from + quarter).reduce((sum, heap) => sum + heap, 0) / quarter / 1e6;
  const name = `heap with retain, ${values} values: last quarter beside second`;
  return [{ ...cost(name, "MB", meanOf(3 * quarter), meanOf(quarter)), target: TARGET }];
}
