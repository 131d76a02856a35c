import fc from "fast-check";

class Order {
  price = 1;
}

/** Values of all kinds that JavaScript has, most of them with something that a codec might drop or change. */
export function anyValue(): fc.Arbitrary<unknown> {
  const text = fc.string({
    unit: fc.oneof(fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), loneSurrogate()),
  });
  const primitive = fc.oneof(
    text,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.bigInt(),
    fc.constantFrom(null, undefined, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_VALUE, Number.MIN_VALUE),
  );
  const unusual = fc.oneof(
    fc.date(),
    fc.uint8Array({ maxLength: 9 }),
    fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes)),
    fc.uint8Array({ minLength: 3, maxLength: 9 }).map((bytes) => bytes.subarray(1, 2)),
    fc.float64Array({ maxLength: 3 }),
    fc.bigInt64Array({ maxLength: 3 }),
    fc.uint8Array({ maxLength: 9 }).map(({ buffer }) => buffer),
    fc.uint8Array({ minLength: 4, maxLength: 9 }).map(({ buffer }) => new DataView(buffer as ArrayBuffer, 1, 2)),
    fc.constantFrom(/a[/]\n/gi, new URL("http://a/b?c#d"), new URLSearchParams("a=1&b"), Symbol("s"), () => 1),
    fc.constantFrom(Object(1), Object("ab"), Object(true), Object(2n), new Error("e"), new Order(), new WeakMap()),
    fc.constantFrom(Object.create({ inherited: 1 }), [new Proxy({}, {})], [new Proxy([], {})], [revoked()]),
  );
  const key = fc.oneof(
    fc.string({ maxLength: 5 }),
    loneSurrogate(),
    fc.constantFrom("__proto__", "then", "toJSON", "1", "constructor"),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: "small", withCrossShrink: true }, primitive, unusual, tie("container")),
    container: fc.oneof(
      fc.array(tie("value"), { maxLength: 4 }),
      fc.array(tie("value"), { maxLength: 4 }).chain((items) => fc.constantFrom(...spoiledArrays(items))),
      fc.dictionary(key, tie("value"), { maxKeys: 4 }),
      fc.dictionary(key, tie("value"), { maxKeys: 2 }).chain((object) => fc.constantFrom(...spoiledObjects(object))),
      fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
      fc.array(tie("value"), { maxLength: 3 }).map((items) => new Set(items)),
    ),
  }));
  return value;
}

/** JSON values, generated from their text. */
export function jsonValue(): fc.Arbitrary<unknown> {
  return fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value).replaceAll("__proto__", "proto")) as unknown);
}

function spoiledArrays(items: unknown[]): unknown[] {
  const holey = [...items];
  holey.length += 2;
  return [
    holey,
    Object.assign([...items], { extra: 1 }),
    Object.assign([...items], { [Symbol.iterator]: 1 }),
    Object.defineProperty([...items, 1], 0, { get: () => 1, enumerable: true }),
    Object.setPrototypeOf([...items], Object.prototype),
    new (class extends Array<unknown> {})(...items, 1),
    Object.freeze([...items]),
    [items, items],
  ];
}

function spoiledObjects(object: object): unknown[] {
  const itself: Record<string, unknown> = { ...object };
  itself.self = { itself };
  return [
    { ...object, [Symbol("s")]: 1 },
    Object.defineProperty({ ...object }, "hidden", { value: 1 }),
    Object.defineProperty({ ...object }, "computed", { get: () => 1, enumerable: true }),
    Object.assign(Object.create(null) as object, object),
    Object.freeze({ ...object }),
    { one: object, other: object },
    itself,
  ];
}

function loneSurrogate(): fc.Arbitrary<string> {
  return fc.constantFrom("\ud800", "\udfff", "\udc00\ud800");
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
