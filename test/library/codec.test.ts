import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Codec, type JsonValue, jsonCodec, richCodec, type UniversalCodec } from "../../src/library/index.js";
import { anyValue, jsonValue } from "./support/arbitrary-values.js";
import { LibraryCluster } from "./support/library-cluster.js";
import { isSameValue } from "./support/same-value.js";

/** The error of an encoder; `undefined` if there is none. */
function errorOf(codec: UniversalCodec<never>, value: unknown): unknown {
  try {
    codec.encode(value);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The value that another node gets, or the error of the encoder. */
function carried(
  codec: UniversalCodec<never>,
  value: unknown,
): { readonly came: unknown } | { readonly error: unknown } {
  let json: JsonValue;
  try {
    json = codec.encode(value);
  } catch (error) {
    return { error };
  }
  return { came: codec.decode<unknown>(JSON.parse(JSON.stringify(json)) as JsonValue) };
}

/** An object with this many levels. */
function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { a: value } : [value];
  return value;
}

const itself: Record<string, unknown> = { list: [] };
(itself.list as unknown[]).push(itself);

const withHole: unknown[] = [1];
withHole[2] = 3;
const spoiled = Object.assign([1], { extra: 2 });
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

describe.each([
  ["jsonCodec", jsonCodec as UniversalCodec<never>],
  ["richCodec", richCodec as UniversalCodec<never>],
])("%s", (_, codec) => {
  it("returns every value as it was, or rejects it with a TypeError that begins with a path", () => {
    const tally = { came: 0, refused: 0 };
    fc.assert(
      fc.property(anyValue(), (value) => {
        const result = carried(codec, value);
        if ("came" in result) {
          tally.came++;
          expect(isSameValue(result.came, value)).toBe(true);
        } else {
          tally.refused++;
          expect(result.error).toBeInstanceOf(TypeError);
          const { message } = result.error as Error;
          expect(message.startsWith("value")).toBe(true);
          expect(message).toContain(" cannot be encoded ");
        }
      }),
      { numRuns: 500 },
    );
    // Neither by refusing everything nor by accepting everything.
    expect(tally.came).toBeGreaterThan(50);
    expect(tally.refused).toBeGreaterThan(50);
  });

  it("returns every JSON value", () => {
    fc.assert(
      fc.property(jsonValue(), (value) => {
        expect(carried(codec, value)).toSatisfy(
          (result: object) => "came" in result && isSameValue(result.came, value),
        );
      }),
    );
  });

  it.each<[string, unknown, string]>([
    ["a function", { items: [1, 2, 3, { price: () => 1 }] }, "value.items[3].price: functions"],
    ["a symbol", Symbol.iterator, "value: symbols"],
    ["an instance of a class", { "odd key": new (class Order {})() }, 'value["odd key"]: Order objects'],
    ["an instance of a subclass", [new (class Few extends Array {})()], "value[0]: Few objects"],
    ["an object that inherits", Object.create({ a: 1 }), "value: unusual objects"],
    ["an error", { at: new Error("x") }, "value.at: Error objects"],
    ["a promise", [Promise.resolve()], "value[0]: Promise objects"],
    ["a proxy", { a: new Proxy({}, {}) }, "value.a: proxies"],
    ["a proxy that was revoked", { a: [revoked] }, "value.a[0]: proxies"],
    [
      "an accessor",
      {
        get a() {
          return 1;
        },
      },
      "value.a: accessor properties",
    ],
    ["an accessor of an array", Object.defineProperty([1], 0, { get: () => 1 }), "value[0]: accessor properties"],
    ["a non-enumerable property", Object.defineProperty({}, "a", { value: 1 }), "value.a: non-enumerable properties"],
    ["a symbol key", { b: { [Symbol("a")]: 1 } }, "value.b[Symbol(a)]: symbol keys"],
    ["an extra property of an array", { list: spoiled }, "value.list.extra: extra properties of arrays"],
    ["a toJSON", { a: { toJSON: () => 1 } }, "value.a.toJSON: functions"],
    ["a key named __proto__", JSON.parse('{"__proto__":{}}'), "value.__proto__: keys named __proto__"],
    ["a date in the guise of an object", Object.setPrototypeOf(new Date(), Object.prototype), "value: unusual objects"],
    ["1001 levels", nested(1001), "values nested more than 1000 levels deep"],
    ["100,000 levels", nested(100_000), "values nested more than 1000 levels deep"],
  ])("rejects %s, and names the place", (_, value, words) => {
    const error = errorOf(codec, value);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(`${words} cannot be encoded`);
    expect((error as Error).message.length).toBeLessThan(500);
  });

  it("encodes 1000 levels", () => {
    expect(carried(codec, nested(1000))).toEqual({ came: nested(1000) });
  });

  it("encodes plain objects of another realm as plain objects", () => {
    expect(carried(codec, runInNewContext("({ list: [1, {}] })"))).toStrictEqual({ came: { list: [1, {}] } });
  });

  it("takes no longer for a value that contains the same objects many times", () => {
    let value: unknown[] = [1];
    for (let level = 0; level < 200; level++) value = [value, value];
    expect(errorOf(codec, value)).toBeUndefined();
  });
});

describe("jsonCodec", () => {
  it.each<[string, unknown, string]>([
    ["undefined", { a: undefined }, "value.a: undefined"],
    ["undefined itself", undefined, "value: undefined"],
    ["NaN", [Number.NaN], "value[0]: NaN"],
    ["infinity", Number.NEGATIVE_INFINITY, "value: -Infinity"],
    ["a negative zero", { price: -0 }, "value.price: -0"],
    ["a bigint", 1n, "value: bigints"],
    ["a date", { list: [1, { when: new Date() }] }, "value.list[1].when: Date objects"],
    ["a map", new Map(), "value: Map objects"],
    ["a buffer", [Buffer.from("a")], "value[0]: Buffer objects"],
    ["a boxed number", [Object(1)], "value[0]: Number objects"],
    ["an object without a prototype", { a: Object.create(null) }, "value.a: objects without a prototype"],
    ["a hole", withHole, "value[1]: holes in arrays"],
    ["four billion holes", new Array(2 ** 32 - 1), "value[0]: holes in arrays"],
    ["an object that contains itself", itself, "value.list[0]: references to a containing object"],
  ])("rejects %s", (_, value, words) => {
    const error = errorOf(jsonCodec as UniversalCodec<never>, value);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(`${words} cannot be encoded as JSON; `);
  });
});

describe("richCodec", () => {
  it.each<[string, unknown]>([
    ["a date", new Date(1)],
    ["an invalid date", new Date(Number.NaN)],
    ["a map of maps", new Map([["a", new Map([[1, 2n]])]])],
    ["a set", new Set([1, "1", undefined])],
    ["bytes", new Uint8Array([0, 255, 7])],
    ["a buffer, as a buffer", Buffer.from("abc")],
    ["an empty buffer", Buffer.alloc(0)],
    ["a part of a view", new Uint16Array([1, 2, 3]).subarray(1, 2)],
    ["a view of bytes", new DataView(new ArrayBuffer(4), 1, 2)],
    ["a large number", 2n ** 200n],
    ["nothing", undefined],
    ["numbers that JSON lacks", [Number.NaN, Number.POSITIVE_INFINITY, -0]],
    ["a regular expression", /a+/gi],
    ["an address", new URL("http://a/b?c=d")],
    ["an object without a prototype", Object.assign(Object.create(null), { a: 1 })],
    ["an array with holes", withHole],
    ["plain JSON", { a: [1, "x", null, true, { __proto__x: {} }] }],
  ])("encodes %s", async (_, value) => {
    const cluster = await new LibraryCluster<unknown>(2, { codec: richCodec }).start();
    void cluster.node("n0").broadcast(value);
    cluster.run(1000);
    for (const came of [cluster.node("n1").values()[0], cluster.toldTo("n1").deliveries[0]?.value])
      expect(isSameValue(came, value)).toBe(true);
    expect(cluster.node("n1").has(value)).toBe(true);
  });

  it("encodes an object that contains itself", async () => {
    const cluster = await new LibraryCluster<unknown>(2, { codec: richCodec }).start();
    const list: unknown[] = [1];
    list.push(list);
    void cluster.node("n0").broadcast(list);
    cluster.run(1000);
    const [arrived] = cluster.node("n1").values() as unknown[][];
    expect(arrived?.[1]).toBe(arrived);
  });

  it("sends a view's own bytes, and nothing else of its buffer", () => {
    const buffer = Buffer.from("secret, public, secret");
    const encoded = JSON.stringify(
      richCodec.encode([buffer.subarray(8, 14), new Uint8Array(buffer.buffer, buffer.byteOffset + 8, 6)]),
    );
    expect(encoded).toContain(Buffer.from("public").toString("base64"));
    expect(encoded.length).toBeLessThan(150);
  });

  it.each<[string, unknown, string]>([
    ["a subclass of Map", { a: new (class Index extends Map {})() }, "value.a: Index objects"],
    [
      "an extra property of a date",
      Object.assign(new Date(), { zone: "UTC" }),
      "value.zone: extra properties of Date objects",
    ],
    ["an extra property of bytes", Object.assign(new Uint8Array(2), { a: 1 }), "value: extra properties of Uint8Array"],
    [
      "a regular expression in use",
      Object.assign(/a/g, { lastIndex: 1 }),
      "value: RegExp objects whose lastIndex is not 0",
    ],
    ["a function in a map", new Map([["a", () => 1]]), 'value.get("a"): functions'],
    ["a function as a key of a map", new Map([[() => 1, 1]]), "value.keys()[0]: functions"],
    ["a function in a set", new Set([1, () => 1]), "value.keys()[1]: functions"],
    ["shared memory", new SharedArrayBuffer(1), "value: SharedArrayBuffer objects"],
    ["a view of shared memory", new Uint8Array(new SharedArrayBuffer(1)), "value: views of SharedArrayBuffer objects"],
  ])("rejects %s", (_, value, words) => {
    const error = errorOf(richCodec as UniversalCodec<never>, value);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(words);
    expect((error as Error).message).toContain(" cannot be encoded by richCodec; ");
  });

  it("rejects values that it cannot encode, and keeps nothing of them", async () => {
    const cluster = await new LibraryCluster<unknown>(2, { codec: richCodec }).start();
    await expect(cluster.node("n0").broadcast({ act: () => {} })).rejects.toThrow("value.act: functions");
    expect(cluster.node("n0").values()).toEqual([]);
  });
});

describe("an application's codec", () => {
  it("that cannot decode a value loses only this delivery, and the log says so", async () => {
    const codec = {
      encode: (value: number) => value,
      decode: (json: unknown) => {
        if (json === 13) throw new Error("unlucky");
        return Number(json);
      },
    };
    const cluster = await new LibraryCluster<number>(2, { codec }).start();
    for (const value of [12, 13, 14]) void cluster.node("n0").broadcast(value);
    cluster.run(1000);
    const { deliveries, lines } = cluster.toldTo("n1");
    expect(deliveries.map(({ value }) => value).sort()).toEqual([12, 14]);
    expect(lines).toEqual([expect.stringMatching(/^number 2 of n0@\d+ was not delivered, because .* Error: unlucky$/)]);
  });

  it("that does not return JSON is reported before anything is sent", async () => {
    const codec = { encode: (value: object) => value as JsonValue, decode: (json: JsonValue) => json as object };
    const cluster = await new LibraryCluster<object>(2, { codec }).start();
    await expect(cluster.node("n0").broadcast({ when: new Date() })).rejects.toThrow(
      "encode(value).when: Date objects cannot be encoded as JSON; the codec must return",
    );
    expect(() => cluster.node("n0").has(Promise.resolve())).toThrow("encode(value): Promise objects cannot be");
    expect(cluster.node("n0").stats().sent.messages).toBe(0);
  });

  it("may return the value itself, which its owner may change afterwards", async () => {
    const codec: Codec<{ list: number[] }> = { encode: (value) => value, decode: (json) => json as { list: number[] } };
    const cluster = await new LibraryCluster<{ list: number[] }>(2, { codec }).start();
    const value = { list: [1] };
    void cluster.node("n0").broadcast(value);
    value.list.push(2);
    cluster.run(1000);
    for (const id of ["n0", "n1"]) expect(cluster.node(id).values()).toEqual([{ list: [1] }]);
  });
});
