import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameReader } from "../../../src/adapters/compact-wire/frame-reader.js";

function read(limit: number, chunks: readonly Uint8Array[]) {
  const units: string[] = [];
  const tooLong: string[] = [];
  const reader = new FrameReader(limit, {
    line: (bytes) => units.push(String(bytes)),
    frame: (kind, content) => units.push(`${kind}:${content.toString("latin1")}`),
    tooLong: (start) => tooLong.push(start.toString("latin1")),
  });
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  return { units, tooLong };
}

function frame(kind: number, content: string): Buffer {
  const length = content.length < 128 ? [content.length] : [(content.length % 128) + 128, content.length >> 7];
  return Buffer.concat([Buffer.from([kind, ...length]), Buffer.from(content, "latin1")]);
}

describe("FrameReader", () => {
  it("returns the same frames and lines wherever the stream is cut", () => {
    const unit = fc.oneof(
      fc.tuple(fc.integer({ min: 1, max: 16 }), fc.string({ unit: "binary-ascii", maxLength: 300 })),
      fc.string({ unit: "grapheme" }).map((text) => `{${text.replaceAll("\n", "")}`),
    );
    fc.assert(
      fc.property(fc.array(unit), fc.array(fc.nat(2000)), (units, cuts) => {
        const bytes = Buffer.concat(
          units.map((part) => (typeof part === "string" ? Buffer.from(`${part}\n`) : frame(...part))),
        );
        const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
        const expected = units.map((part) => (typeof part === "string" ? part : `${part[0]}:${part[1]}`));
        expect(read(10_000, chunks).units).toEqual(expected);
      }),
    );
  });

  it("skips a frame or a line that is longer than the limit, reports it once, and continues after it", () => {
    const bytes = Buffer.concat([
      frame(1, "1234"),
      frame(2, "12345"),
      Buffer.from("{2345\n{23\n"),
      frame(3, "1234"),
      frame(4, ""),
    ]);
    const expected = {
      units: ["1:1234", "{23", "3:1234", "4:"],
      tooLong: [expect.stringMatching(/^12345/), expect.stringMatching(/^{/)],
    };
    expect(read(4, [bytes])).toEqual(expected);
    expect(
      read(
        4,
        [...bytes].map((byte) => Buffer.from([byte])),
      ).units,
    ).toEqual(expected.units);
  });

  it("gives up on a stream that is none of frames and lines", () => {
    for (const bytes of [
      [1, 255, 255, 255, 255, 255, 1],
      [1, 255, 255, 255, 255, 127],
    ])
      expect(() => read(100, [Buffer.from(bytes)])).toThrow("it sent something else than frames and lines of JSON");
  });
});
