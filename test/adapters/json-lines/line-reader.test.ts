import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineReader } from "../../../src/adapters/json-lines/line-reader.js";

/** @param takesText whether the listener takes lines that are decoded already */
function read(limit: number, chunks: readonly (string | Buffer)[], takesText = false) {
  const lines: string[] = [];
  const tooLong: string[] = [];
  const decoded: string[] = [];
  const reader = new LineReader(limit, {
    line: (bytes) => lines.push(bytes.toString()),
    tooLong: (start) => tooLong.push(start.toString()),
    ...(takesText && {
      text: (line: string) => {
        lines.push(line);
        decoded.push(line);
      },
    }),
  });
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  reader.end();
  return { lines, tooLong, decoded };
}

describe("LineReader", () => {
  it.each([false, true])(
    "returns the same lines wherever the stream is cut, even within a character; as text: %s",
    (takesText) => {
      fc.assert(
        fc.property(
          fc.array(fc.string({ unit: "grapheme" })),
          fc.array(fc.nat(200)),
          fc.integer({ min: 1, max: 40 }),
          (texts, cuts, limit) => {
            const written = texts.map((text) => text.replaceAll("\n", ""));
            const bytes = Buffer.from(written.map((line) => `${line}\n`).join(""));
            const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
            const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
            const isLong = (line: string) => Buffer.byteLength(line) > limit;
            const { lines, tooLong } = read(limit, chunks, takesText);
            expect(lines).toEqual(written.filter((line) => line !== "" && !isLong(line)));
            expect(tooLong).toHaveLength(written.filter(isLong).length);
          },
        ),
      );
    },
  );

  it("decodes all whole lines of a chunk at once, also after the end of a line that an earlier chunk began", () => {
    expect(read(10, ["ab\nc", "d\nef\n\ngh\ni", "j\n"], true)).toEqual({
      lines: ["ab", "cd", "ef", "gh", "ij"],
      decoded: ["ab", "ef", "gh"],
      tooLong: [],
    });
  });

  it("decodes all whole lines after a skipped one at once", () => {
    expect(read(10, ["a line that is too long", "\nef\ngh\n"], true).decoded).toEqual(["ef", "gh"]);
  });

  it("returns invalid UTF-8 as bytes", () => {
    const lines: Buffer[] = [];
    const texts: string[] = [];
    const reader = new LineReader(10, {
      line: (bytes) => lines.push(Buffer.from(bytes)),
      text: (line) => texts.push(line),
      tooLong: () => expect.unreachable(),
    });
    reader.push(Buffer.from("a\xff\nb\n", "latin1"));
    expect(lines).toEqual([Buffer.from("a\xff", "latin1"), Buffer.from("b")]);
    expect(texts).toEqual([]);
  });

  it("takes the bytes after the last newline for a line", () => {
    expect(read(10, ["ab\nc", "d"]).lines).toEqual(["ab", "cd"]);
  });

  it("skips a line that is longer than the limit, reports it once, and continues after it", () => {
    expect(read(4, ["1234\n12345\nab", "cdefgh", "ij", "kl\nend\n"])).toMatchObject({
      lines: ["1234", "end"],
      tooLong: ["12345", "ab"],
    });
    expect(read(4, ["ok\n123456"])).toMatchObject({ lines: ["ok"], tooLong: ["123456"] });
  });
});
