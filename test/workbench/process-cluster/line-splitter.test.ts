import fc from "fast-check";
import { expect, it } from "vitest";
import { LineSplitter } from "../../../src/workbench/process-cluster/line-splitter.js";

it("lines come whole however the chunks fall, and their bytes are counted", () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", ""));
  fc.assert(
    fc.property(fc.array(line), fc.integer({ min: 1, max: 9 }), (lines, size) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
      const seen: [string, number][] = [];
      const splitter = new LineSplitter((text, count) => seen.push([text, count]));
      for (let start = 0; start < bytes.length; start += size) splitter.push(bytes.subarray(start, start + size));
      splitter.finish();
      expect(seen).toEqual(lines.map((text) => [text, Buffer.byteLength(text)]));
    }),
  );
});

it("what is left at the end is a line", () => {
  const seen: string[] = [];
  const splitter = new LineSplitter((text) => seen.push(text));
  splitter.push(Buffer.from("one\ntw"));
  splitter.push(Buffer.from("o"));
  splitter.finish();
  expect(seen).toEqual(["one", "two"]);
});

it("a line that never ends is given up", () => {
  const splitter = new LineSplitter(() => {}, 100);
  expect(() => {
    for (let chunk = 0; chunk < 20; chunk++) splitter.push(Buffer.alloc(10, "x"));
  }).toThrow(RangeError);
});
