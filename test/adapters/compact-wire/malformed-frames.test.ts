import { deepStrictEqual } from "node:assert";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMessage, readNames } from "../../../src/adapters/compact-wire/codec.js";
import { HeardNames } from "../../../src/adapters/compact-wire/names.js";
import { parsePeerMessage } from "../../../src/application/wire/peer-messages.js";
import { LIMIT, recordedMessages, route, Wire } from "./support.js";

const recorded = recordedMessages();
const wire = new Wire();
const frames = recorded.flatMap(({ body }) => wire.frame(body) ?? []);
const [definitions = Buffer.alloc(0)] = wire.definitions();
wire.read(definitions);
const about = { route, limit: LIMIT };

const tag = (field: number, type: number) => [...varint(field * 8 + type)];
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}
const bytes = (field: number, content: readonly number[]) => [...tag(field, 2), ...varint(content.length), ...content];

/** A message must not throw, and must be one that JSON expresses. */
function survives(kind: number, content: Buffer): object | string {
  const result = readMessage(kind, content, wire.heard, about);
  if (typeof result === "object") {
    deepStrictEqual(JSON.parse(JSON.stringify(result)), result);
    parsePeerMessage(result);
  }
  return result;
}

describe("a malformed frame", () => {
  it("of random bytes is refused, or is a message that JSON expresses", () => {
    fc.assert(
      fc.property(fc.nat(20), fc.uint8Array({ maxLength: 200 }), (kind, content) => {
        survives(kind, Buffer.from(content));
      }),
      { numRuns: 500 },
    );
  });

  it("that was cut off is refused wherever a field is incomplete", () => {
    for (const frame of frames.slice(0, 60))
      for (let end = 3; end < frame.length; end++) survives(frame[0] as number, frame.subarray(2, end));
    expect(survives(1, Buffer.from(bytes(4, [1, 5, 97])))).toBe("it announces a text of 5 bytes, but 1 are left");
    expect(survives(1, Buffer.from([...tag(4, 2), 100, 1]))).toBe("it announces 100 bytes, but 1 are left");
  });

  it("with changed, inserted or deleted bytes is refused, or is a message that JSON expresses", () => {
    const change = fc.record({
      at: fc.nat(),
      how: fc.constantFrom("set", "insert", "delete"),
      byte: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(fc.nat(frames.length - 1), fc.array(change, { minLength: 1, maxLength: 4 }), (which, changes) => {
        const content = [...(frames[which] as Buffer)];
        for (const { at, how, byte } of changes) {
          const place = 2 + (at % Math.max(1, content.length - 2));
          content.splice(place, how === "insert" ? 0 : 1, ...(how === "delete" ? [] : [byte]));
        }
        survives(content[0] as number, Buffer.from(content.slice(2)));
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, number[], string]>([
    [
      "a number of more than 53 bits",
      [...tag(2, 0), 255, 255, 255, 255, 255, 255, 255, 255, 127],
      "it has a whole number of more than 53 bits",
    ],
    ["a number that never ends", [...tag(2, 0), ...new Array<number>(20).fill(255)], "it is incomplete"],
    ["NaN", [...tag(2, 1), 0, 0, 0, 0, 0, 0, 248, 127], "it has a number that JSON does not express"],
    ["infinity", [...tag(2, 1), 0, 0, 0, 0, 0, 0, 240, 127], "it has a number that JSON does not express"],
    ["infinity as an age", bytes(7, [0, 0, 0, 0, 0, 0, 0, 240, 127]), "it has a number that JSON does not express"],
    ["a flag of 2", [...tag(8, 0), 2], "it has a flag that is neither 0 nor 1"],
    [
      "a flag of the wrong type",
      [...tag(8, 1), ...new Array<number>(8).fill(0)],
      "it has a flag that is neither 0 nor 1",
    ],
    ["a list of the wrong type", [...tag(6, 0), 1], "it has a field of the unexpected wire type 0"],
    ["a name that is not defined", bytes(6, [...varint(200_000), 1]), "the name 99999 is not defined"],
    [
      "a name that is no incarnation of the sender",
      [...tag(1, 0), 0],
      expect.stringContaining("is no incarnation of n1") as unknown as string,
    ],
    ["a group", [...tag(99, 3)], "it is incomplete"],
    ["values that are not JSON", bytes(5, [91, 123]), "it has values that are not JSON"],
    ["values that are not UTF-8", bytes(4, [1, 2, 0xc3, 0x28]), "it has a text that is not valid UTF-8"],
    [
      "half of a character in each of two values",
      bytes(4, [2, 1, 1, 0xc3, 0xbc]),
      "it has a text that is not valid UTF-8",
    ],
    [
      "a field that ends too late",
      [...tag(10, 2), 1, ...tag(3, 1), ...new Array<number>(8).fill(0)],
      "its last field is incomplete",
    ],
    [
      "a range beyond 2^53",
      bytes(14, [1, 97, 3, 1, ...varint(2 ** 53 - 1), 9]),
      expect.any(String) as unknown as string,
    ],
  ])("with %s is refused", (_, content, problem) => {
    expect(readMessage(1, Buffer.from(content), wire.heard, about)).toEqual(problem);
  });

  it("of an unknown kind is refused", () => {
    expect(readMessage(15, Buffer.alloc(3), wire.heard, about)).toBe("it is of the unknown kind 15");
  });

  it("that announces billions of items takes no memory for them", () => {
    const many = varint(2 ** 40);
    const before = process.memoryUsage().rss;
    for (let round = 0; round < 100; round++) {
      expect(typeof survives(1, Buffer.from(bytes(4, many)))).toBe("string");
      expect(typeof survives(1, Buffer.from(bytes(14, [1, 1, 97, ...many])))).toBe("string");
      expect(typeof survives(1, Buffer.from([...tag(4, 2), ...many, 1]))).toBe("string");
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
  });

  it("whose lists would be larger in JSON than a message may be is refused", () => {
    const limit = 6000;
    const ranges = (count: number) =>
      Buffer.from(bytes(14, [1, 1, 97, ...varint(count), ...new Array<number>(2 * count).fill(1)]));
    expect(readMessage(6, ranges(900), wire.heard, { route, limit })).toBeTypeOf("object");
    expect(readMessage(6, ranges(1100), wire.heard, { route, limit })).toBe(
      "it has lists of more than 6000 bytes of JSON",
    );
  });

  it("with values nested a hundred thousand levels deep is left to the check of messages, as with JSON lines", () => {
    const deep = Buffer.from("[".repeat(100_000) + "]".repeat(100_000));
    const body = readMessage(1, Buffer.from(bytes(5, [...deep])), wire.heard, about);
    expect(parsePeerMessage(body)).toBe("it is nested more than 1020 levels deep");
  });

  it("with keys of prototypes pollutes nothing", () => {
    const json = Buffer.from('[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}]');
    const body = readMessage(1, Buffer.from(bytes(5, [...json])), wire.heard, about);
    deepStrictEqual(body, { type: "gossip", values: JSON.parse(String(json)) });
    expect({}).not.toHaveProperty("polluted");
  });
});

describe("malformed names", () => {
  it.each<[string, number[], string]>([
    ["that do not continue the dictionary", [3, 0, 1, 97], "its names begin at 3 instead of 0"],
    ["of an actor without a member", [0, 9, 5], "the name 8 is not defined"],
    ["that are incomplete", [0, 0, 5, 97], "it announces 5 bytes, but 1 are left"],
    [
      "that are too long",
      [0, 0, ...varint(1025), ...new Array<number>(1025).fill(97)],
      "it defines a name of 1025 bytes",
    ],
    ["that are not UTF-8", [0, 0, 1, 0xff], "it has a text that is not valid UTF-8"],
    ["that are too many", [0, ...new Array<number[]>(4097).fill([0, 0]).flat()], "it defines more than 4096 names"],
  ])("%s are refused", (_, content, problem) => {
    expect(readNames(Buffer.from(content), new HeardNames())).toBe(problem);
  });

  it("of random bytes never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (content) => {
        readNames(Buffer.from(content), new HeardNames());
      }),
      { numRuns: 500 },
    );
  });
});
