import { expect, it } from "vitest";
import { firstBatch } from "../../../src/adapters/journal-file/batch.js";
import { type Entry, entryText } from "../../../src/adapters/journal-file/entry.js";

const MEBIBYTE = 2 ** 20;

/** A record that may take up to `mebibytes` MiB as JSON, author and quotes included: a character may take six bytes. */
function upTo(mebibytes: number): Entry {
  return { author: "n0@1", number: 1, value: "x".repeat((mebibytes * MEBIBYTE - 10) / 6) };
}

/** The first records in one write; each must be one of the given ones, in their order. */
function countOf(...records: Entry[]): number {
  const batch = firstBatch(records);
  expect(batch).toEqual(records.slice(0, batch.length));
  return batch.length;
}

it("writes nothing if there is nothing", () => expect(countOf()).toBe(0));

it("writes small records together, and large ones up to 16 MiB", () => {
  expect(countOf(...Array.from({ length: 1000 }, () => upTo(0.001)))).toBe(1000);
  expect(countOf(upTo(8), upTo(7), upTo(7))).toBe(2);
  expect(countOf(...Array.from({ length: 20 }, () => upTo(4)))).toBe(4);
});

it("writes a record that is larger than a write alone, and the next one in the next write", () => {
  expect(countOf(upTo(40))).toBe(1);
  expect(countOf(upTo(40), upTo(0.001))).toBe(1);
  expect(countOf(upTo(0.001), upTo(40))).toBe(1);
});

it("counts the names in the lines about lives and about forgotten values", () => {
  const name = "n".repeat(5 * MEBIBYTE);
  const life: Entry = { format: 3, member: name, incarnation: 1 };
  expect(countOf(life, upTo(5), upTo(3))).toBe(2);
  const gone: Entry = {
    gone: [
      [`${name}@1`, 1, 1],
      ["n0@1", 1, 1],
    ],
  };
  expect(countOf(gone, upTo(5), upTo(3))).toBe(2);
  expect(countOf({ author: name, number: 1, value: null }, upTo(5), upTo(3))).toBe(2);
});

it("writes at most 16 MiB of lines about lives at a time", () => {
  const life: Entry = { format: 3, member: "n".repeat(50), incarnation: 1 };
  const lineLength = entryText(life).length;
  const count = firstBatch(Array.from({ length: 200_000 }, () => life)).length;
  expect(200_000 * lineLength).toBeGreaterThan(16 * MEBIBYTE);
  expect(count * lineLength).toBeLessThanOrEqual(16 * MEBIBYTE);
});

it("writes many lines without long names together", () => {
  const lives: Entry[] = Array.from({ length: 1000 }, () => ({ format: 3, member: "n0", incarnation: 1 }));
  expect(countOf(...lives)).toBe(1000);
  expect(countOf(...lives, upTo(15.5))).toBe(1001);
  const gone: Entry = { gone: Array.from({ length: 100_000 }, () => ["n0@1", 1, 1] as const) };
  expect(countOf(gone, upTo(11))).toBe(2);
  expect(countOf(gone, upTo(12))).toBe(1);
});
