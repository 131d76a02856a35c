import fc from "fast-check";
import { expect, it } from "vitest";
import { LineSplitter } from "../../../src/workbench/process-cluster/line-splitter.js";

const UNLIMITED = { longest: 1_000_000 };

/** Hands over bytes in chunks of `size`, to the end. */
function feed(splitter: LineSplitter, bytes: Buffer, size: number): void {
  for (let start = 0; start < bytes.length; start += size) splitter.push(bytes.subarray(start, start + size));
  splitter.finish();
}

it("lines are complete for any chunks, with either line end, and their bytes are counted", () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\r\n]/g, ""));
  fc.assert(
    fc.property(fc.array(line), fc.integer({ min: 1, max: 9 }), fc.constantFrom("\n", "\r\n"), (lines, size, end) => {
      const seen: [string, number][] = [];
      const splitter = new LineSplitter((text, count) => seen.push([text, count]), UNLIMITED);
      feed(splitter, Buffer.from(lines.map((text) => text + end).join("")), size);
      expect(seen).toEqual(lines.map((text) => [text, Buffer.byteLength(text)]));
    }),
  );
});

it("the rest at the end is a line", () => {
  const seen: string[] = [];
  const splitter = new LineSplitter((text) => seen.push(text), UNLIMITED);
  splitter.push(Buffer.from("one\ntw"));
  splitter.push(Buffer.from("o"));
  expect(splitter.unfinished).toBe(3);
  splitter.finish();
  expect(seen).toEqual(["one", "two"]);
});

it("a long line is cut, between two characters, and its whole size is reported", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), (size) => {
      const seen: [string, number][] = [];
      const splitter = new LineSplitter((text, count) => seen.push([text, count]), { longest: 8 });
      feed(splitter, Buffer.from("short\nsieben ü und mehr\n12345678\n123456789"), size);
      expect(seen).toEqual([
        ["short", 5],
        ["sieben ", 18],
        ["12345678", 8],
        ["12345678", 9],
      ]);
    }),
  );
});

it("a line that is too long is reported once, before its end, and later lines are read", () => {
  const seen: string[] = [];
  const tooLong: string[] = [];
  const long = { longest: 100, tooLong: (beginning: string) => tooLong.push(beginning) };
  const splitter = new LineSplitter((line) => seen.push(line), long);
  for (let chunk = 0; chunk < 20; chunk++) splitter.push(Buffer.alloc(10, "x"));
  expect(tooLong).toEqual(["x".repeat(100)]);
  splitter.push(Buffer.from(`still\nnext\n${"y".repeat(101)}\n`));
  splitter.finish();
  expect(tooLong).toEqual(["x".repeat(100), "y".repeat(100)]);
  expect(seen).toEqual(["next"]);
});
