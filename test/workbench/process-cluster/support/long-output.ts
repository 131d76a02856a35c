import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { OddNode } from "./odd-node.js";

/** Memory of this process beside the heap, in MiB: input is read into buffers. */
const buffers = () => process.memoryUsage().arrayBuffers / 2 ** 20;

/** A node writes a line of `size` MiB to stderr, of which the bench may keep less than `most` MiB in memory. */
export async function writesLongLine(folder: string, size: number, most: number): Promise<void> {
  const node = new OddNode(["long line on stderr", String(size)], { logs: folder });
  const log = join(folder, "n0.log");
  const before = buffers();
  let peak = before;
  await node.until(() => {
    peak = Math.max(peak, buffers());
    return existsSync(log) && statSync(log).size === size * 2 ** 20;
  });
  node.ask({ type: "read" });
  await node.until(() => node.types.includes("read_ok"));
  await node.stop();
  expect(peak - before).toBeLessThan(most);
  expect(node.stderr).toEqual([`${".".repeat(4096)}… (${size * 2 ** 20} bytes)`]);
  expect([node.exits, node.rubbish]).toEqual([[], []]);
  rmSync(log);
}

/** A node writes a line of `size` MiB to stderr and exits. */
export async function hasLongLastWords(size: number): Promise<void> {
  const node = new OddNode(["long last words", String(size)]);
  await node.until(() => node.exits.length > 0);
  await node.stop();
  expect(node.exits).toMatchObject([{ reason: "exited with code 3" }]);
  expect(node.exits[0]?.lastWords.join().length).toBeLessThan(1000);
}
