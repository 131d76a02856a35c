import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineWriter } from "../../../src/adapters/json-lines/line-writer.js";

/** A list of a hundred values, the first of which counts how often its text is made. */
function countedList(value: unknown): { readonly values: unknown[]; readonly timesWritten: () => number } {
  let times = 0;
  const first = {
    toJSON: () => {
      times++;
      return "first";
    },
  };
  return { values: [first, ...Array(99).fill(value)], timesWritten: () => times };
}

/** The message that the pieces are, as a receiver reads it. */
function read(pieces: readonly (string | Buffer)[]): unknown {
  return JSON.parse(textOf(pieces));
}

function textOf(pieces: readonly (string | Buffer)[]): string {
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece))).toString("utf8");
}

describe("the line of a message", () => {
  it("is that of JSON.stringify but for the order of the keys, whatever is in it", () => {
    const writer = new LineWriter();
    const lists = fc.array(fc.jsonValue(), { maxLength: 40 });
    const long = fc.array(fc.string({ unit: "grapheme", minLength: 50 }), { minLength: 100, maxLength: 120 });
    const values = fc.option(fc.oneof(lists, long), { nil: undefined });
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.dictionary(fc.string(), fc.jsonValue()),
        values,
        (src, dest, rest, values) => {
          const body = { ...rest, ...(values && { values }) };
          for (let time = 0; time < 2; time++)
            expect(read(writer.piecesOf(src, dest, body))).toEqual(JSON.parse(JSON.stringify({ src, dest, body })));
        },
      ),
    );
  });

  it("is one line, with the addresses of this message", () => {
    const writer = new LineWriter();
    for (const [src, dest] of [
      ["n0", "c1"],
      ["n0", "c2"],
      ["n1", "c2"],
      ["n1", "c2"],
    ] as const) {
      const text = textOf(writer.piecesOf(src, dest, { a: "b\n" }));
      expect(text).toBe(`{"src":"${src}","dest":"${dest}","body":{"a":"b\\n"}}\n`);
    }
  });

  it.each([
    { type: "broadcast_ok", in_reply_to: 7 },
    { type: "broadcast_ok", in_reply_to: -0 },
    { type: "broadcast_ok", in_reply_to: 1.5 },
    { type: "broadcast_ok", in_reply_to: Number.NaN },
    { type: "broadcast_ok", in_reply_to: "7" },
    { type: "broadcast_ok", in_reply_to: 7, also: 1 },
    { type: "broadcast_ok", other: 7 },
    { type: "broadcast_ok" },
    { type: "topology_ok", in_reply_to: 7 },
    { in_reply_to: 7, type: "broadcast_ok" },
    {},
  ])("is that of JSON.stringify for an answer like %j", (body) => {
    expect(read(new LineWriter().piecesOf("n0", "c1", body))).toEqual({
      src: "n0",
      dest: "c1",
      body: JSON.parse(JSON.stringify(body)),
    });
  });

  it.each([
    ["a short text", 7],
    ["a long text", "seven ".repeat(100)],
  ])("has %s of a shared list of values that was made once", (_, value) => {
    const writer = new LineWriter();
    const { values, timesWritten } = countedList(value);
    for (const number of [1, 2, 3]) {
      const body = { type: "gossip", values, number };
      expect(read(writer.piecesOf("n0", `n${number}`, body))).toMatchObject({
        dest: `n${number}`,
        body: { type: "gossip", values: ["first", ...Array(99).fill(value)], number },
      });
    }
    expect(timesWritten()).toBe(1);
  });

  it("shares the bytes of a long list between messages", () => {
    const writer = new LineWriter();
    const values = Array.from({ length: 10_000 }, (_, index) => index);
    const bytesTo = (dest: string) => writer.piecesOf("n0", dest, { type: "gossip", values }).filter(Buffer.isBuffer);
    const [first, ...others] = bytesTo("n1");
    expect(others).toEqual([]);
    expect(bytesTo("n2")[0]).toBe(first);
    expect(first?.toString()).toBe(JSON.stringify(values));
  });

  it("never has the text of another list", () => {
    const writer = new LineWriter();
    const lists = [1, 2, 1].map((value) => Array(100).fill(value));
    for (const values of lists)
      expect(textOf(writer.piecesOf("n0", "n1", { type: "gossip", values }))).toContain(JSON.stringify(values));
  });
});
