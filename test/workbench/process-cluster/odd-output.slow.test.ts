import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, it } from "vitest";
import { hasLongLastWords, writesLongLine } from "./support/long-output.js";

const folder = mkdtempSync(join(tmpdir(), "tidecast-odd-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In MiB: more than fits into a string. */
const SIZE = 600;

it("a line on stderr that is too long for a string is cut, and the node continues", () =>
  writesLongLine(folder, SIZE, 200));

it("last words that are too long for a string are shortened", () => hasLongLastWords(SIZE));
