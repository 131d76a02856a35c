import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BodyWriter } from "../../../src/adapters/json-lines/body-writer.js";

/** A list of values that counts how often its text is made. */
function countedList(): { readonly values: unknown[]; readonly timesWritten: () => number } {
  let times = 0;
  const first = {
    toJSON: () => {
      times++;
      return "first";
    },
  };
  return { values: [first, ...Array(99).fill(7)], timesWritten: () => times };
}

describe("the JSON of a body", () => {
  it("is that of JSON.stringify but for the order of the keys, whatever is in it", () => {
    const writer = new BodyWriter();
    const values = fc.option(fc.array(fc.jsonValue(), { maxLength: 40 }), { nil: undefined });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), values, (rest, values) => {
        const body = { ...rest, ...(values && { values }) };
        for (let time = 0; time < 2; time++)
          expect(JSON.parse(writer.textOf(body))).toEqual(JSON.parse(JSON.stringify(body)));
      }),
    );
  });

  it("has the text of a shared list of values that was made once", () => {
    const writer = new BodyWriter();
    const { values, timesWritten } = countedList();
    for (const number of [1, 2, 3])
      expect(JSON.parse(writer.textOf({ type: "gossip", values, number }))).toEqual({
        type: "gossip",
        values: ["first", ...Array(99).fill(7)],
        number,
      });
    expect(timesWritten()).toBe(1);
  });

  it("never has the text of another list", () => {
    const writer = new BodyWriter();
    const lists = [1, 2, 1].map((value) => Array(100).fill(value));
    for (const values of lists) expect(writer.textOf({ type: "gossip", values })).toContain(JSON.stringify(values));
  });
});
