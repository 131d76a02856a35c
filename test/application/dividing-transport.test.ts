import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DividingTransport } from "../../src/application/dividing-transport.js";
import type { Transport } from "../../src/domain/ports/transport.js";

const LIMIT = 1_400;

/** A transport above one that records the bodies it is given. */
function open() {
  const sent: object[] = [];
  const inner: Transport = {
    maxMessageBytes: LIMIT,
    send: (_, body) => sent.push(body),
    onMessage: () => {},
    close: async () => {},
  };
  return { transport: new DividingTransport(inner, 1), sent };
}

const sizeOf = (body: object) => Buffer.byteLength(JSON.stringify(body));

describe("DividingTransport", () => {
  it("sends what fits as it is, and divides what does not, whatever is in it", () => {
    const values = fc.array(fc.oneof(fc.jsonValue(), fc.string({ unit: "grapheme", maxLength: 300 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), values, (rest, values) => {
        const { transport, sent } = open();
        const body = { ...rest, values };
        transport.send("n1", body);
        if (sizeOf(body) <= LIMIT) expect(sent).toEqual([body]);
        else {
          expect(sent.map(sizeOf).every((size) => size <= LIMIT)).toBe(true);
          expect(sent.map((part) => (part as { text: string }).text).join("")).toBe(JSON.stringify(body));
        }
      }),
    );
  });

  it.each([
    [LIMIT, 1],
    [LIMIT + 1, 2],
  ])("sends a body of %i bytes as %i messages", (bytes, messages) => {
    const { transport, sent } = open();
    const frame = sizeOf({ text: "" });
    transport.send("n1", { text: "x".repeat(bytes - frame) });
    expect(sent).toHaveLength(messages);
  });

  it("measures a long list once that many messages share", () => {
    const { transport, sent } = open();
    let reads = 0;
    const value = {
      get inside() {
        reads++;
        return 1;
      },
    };
    const values = [value, ...Array(15).fill(0)];
    for (const number of [1, 2, 3]) transport.send(`n${number}`, { type: "gossip", values, number });
    expect(sent).toHaveLength(3);
    expect(reads).toBe(1);
  });
});
