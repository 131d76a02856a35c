import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineReader } from "../../../src/adapters/json-lines/line-reader.js";

function read(limit: number, chunks: readonly (string | Buffer)[]) {
  const lines: string[] = [];
  const tooLong: string[] = [];
  const reader = new LineReader(limit, {
    line: (bytes) => lines.push(bytes.toString()),
    tooLong: (start) => tooLong.push(start.toString()),
  });
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  reader.end();
  return { lines, tooLong };
}

describe("LineReader", () => {
  it("returns the same lines wherever the stream is cut, even within a character", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" })), fc.array(fc.nat(200)), (texts, cuts) => {
        const expected = texts.map((text) => text.replaceAll("\n", "")).filter((text) => text !== "");
        const bytes = Buffer.from(expected.map((line) => `${line}\n`).join(""));
        const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
        expect(read(10_000, chunks).lines).toEqual(expected);
      }),
    );
  });

  it("takes the bytes after the last newline for a line", () => {
    expect(read(10, ["ab\nc", "d"]).lines).toEqual(["ab", "cd"]);
  });

  it("skips a line that is longer than the limit, reports it once, and continues after it", () => {
    expect(read(4, ["1234\n12345\nab", "cdefgh", "ij", "kl\nend\n"])).toEqual({
      lines: ["1234", "end"],
      tooLong: ["12345", "ab"],
    });
    expect(read(4, ["ok\n123456"])).toEqual({ lines: ["ok"], tooLong: ["123456"] });
  });
});
