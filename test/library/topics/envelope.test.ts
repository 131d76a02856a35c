import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../src/domain/values/json-value.js";
import { unwrap, wrap } from "../../../src/library/node/topics/envelope.js";
import { TOPIC_NAME } from "../../../src/library/node/topics/topic-name.js";

const name = fc.stringMatching(TOPIC_NAME);
/** Values, many of which look like envelopes, of one or of several levels. */
const value = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.jsonValue() as fc.Arbitrary<JsonValue>,
    fc.dictionary(
      fc.oneof(name, fc.constantFrom("", "not a name", "*")).map((text) => `tidecast:${text}`),
      tie("value"),
      {
        maxKeys: 2,
      },
    ),
  ),
})).value;

describe("the envelope of a value", () => {
  it("gives back every value of a topic, and every value of the node itself", () => {
    fc.assert(
      fc.property(fc.option(name, { nil: undefined }), value, (topic, content) => {
        expect(unwrap(wrap({ topic, value: content }))).toEqual({ topic, value: content });
      }),
    );
  });

  it("leaves a value of the node itself as it is, unless it looks like an envelope", () => {
    for (const plain of [1, null, "tidecast:orders", ["tidecast:orders"], {}, { orders: 1 }, { "tidecast:a": 1, b: 2 }])
      expect(wrap({ topic: undefined, value: plain })).toBe(plain);
    expect(wrap({ topic: undefined, value: { "tidecast:orders": 1 } })).toEqual({
      "tidecast:": { "tidecast:orders": 1 },
    });
    expect(wrap({ topic: "orders", value: 1 })).toEqual({ "tidecast:orders": 1 });
  });

  it("takes an object with a name that no topic can have for a value of the node itself", () => {
    for (const odd of [{ "tidecast:not a name": 1 }, { [`tidecast:${"x".repeat(101)}`]: 1 }])
      expect(unwrap(odd)).toEqual({ topic: undefined, value: odd });
  });
});
