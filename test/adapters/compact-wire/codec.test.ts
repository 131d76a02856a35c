import { deepStrictEqual } from "node:assert";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Route } from "../../../src/adapters/compact-wire/context.js";
import { forged } from "../../support/forged-messages.js";
import { wireTypes } from "../../support/message-types.js";
import { mutated, mutation } from "../../support/mutations.js";
import { overJson, recordedMessages, route, Wire } from "./support.js";

const recorded = recordedMessages();
const key = ({ from, to }: Route) => `${from} ${to}`;

const gossip = {
  type: "gossip",
  values: ["a"],
  dots: [["n1@5", 1, 1]],
  incarnation: 5,
  number: 1,
  base: 1,
  ages: [0],
};

function textsByKey(body: object | string | undefined): Map<string, string> | unknown {
  return typeof body === "object"
    ? new Map(Object.entries(body).map(([key, part]) => [key, JSON.stringify(part)]))
    : body;
}

/** What programs put into messages, and JSON does not express, or expresses in its own way. */
const exotic = fc.constantFrom<unknown>(
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -0,
  undefined,
  new Date(0),
  new Map([[1, 2]]),
  new Set(["a"]),
  /a/,
  new Uint8Array(3),
  () => 1,
  Symbol("a"),
  new String("n1"),
  { toJSON: () => "other" },
  "\ud800",
  "a\udc00b",
  // biome-ignore lint/suspicious/noSparseArray: a hole on purpose
  [, "a"],
  Object.create({ inherited: 1 }),
  JSON.parse('{"__proto__":{"polluted":true},"constructor":1}'),
);

describe("the compact wire", () => {
  it("carries every recorded message exactly, as a frame", () => {
    const wires = new Map<string, Wire>();
    for (const { on, body } of recorded) {
      const wire = wires.get(key(on)) ?? new Wire();
      wires.set(key(on), wire);
      const frame = wire.frame(body, on);
      expect(frame).toBeDefined();
      expect(wire.read(Buffer.concat([...wire.definitions(), frame as Buffer]), on)).toStrictEqual(body);
    }
  });

  it("has a form for every type of message, all of which are recorded", () => {
    expect(new Set(recorded.map(({ body }) => (body as { type: string }).type))).toEqual(new Set(wireTypes));
  });

  it("takes no more bytes than JSON for any recorded message, and a third over all", () => {
    const wire = new Wire();
    let [json, compact] = [0, 0];
    for (const { on, body } of recorded) {
      const text = JSON.stringify(body).length;
      const frame = wire.frame(body, on)?.length ?? Number.POSITIVE_INFINITY;
      expect(frame).toBeLessThan(text);
      json += text;
      compact += frame;
    }
    expect(compact).toBeLessThan(json / 3);
  });

  it("carries well-formed lies and mutated messages as JSON lines would", () => {
    const text = fc.oneof(
      forged.map((body) => JSON.stringify(body)),
      fc
        .tuple(fc.nat(recorded.length - 1), fc.array(mutation, { minLength: 1, maxLength: 3 }))
        .map(([which, mutations]) => mutated(recorded[which]?.body as object, mutations)),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
        const wire = new Wire();
        for (const sent of texts) {
          const body: object = Object(JSON.parse(sent));
          // As texts: assertions on thousands of levels overflow the stack.
          expect(textsByKey(wire.carry(body))).toEqual(textsByKey(overJson(body)));
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ["values", (value: unknown) => ({ ...gossip, values: [value] })],
    ["values of objects", (value: unknown) => ({ ...gossip, values: [{ deep: [value] }] })],
    ["dots", (value: unknown) => ({ ...gossip, dots: [[value, 1, value]] })],
    ["ages", (value: unknown) => ({ ...gossip, ages: [value, 1] })],
    ["incarnation", (value: unknown) => ({ ...gossip, incarnation: value })],
    ["number", (value: unknown) => ({ ...gossip, number: value, base: value })],
    ["ack", (value: unknown) => ({ ...gossip, ack: value })],
    ["held", (value: unknown) => ({ ...gossip, ack: { incarnation: value, ranges: [[1, value]], held: value } })],
    ["up", (value: unknown) => ({ ...gossip, up: value })],
    ["vector", (value: unknown) => ({ type: "digest", incarnation: 1, vector: [[value, [[1, value]]]], reply: value })],
    ["suspects", (value: unknown) => ({ type: "digest", suspects: [value, value] })],
    ["an unknown field", (value: unknown) => ({ ...gossip, later: value })],
    ["the type", (value: unknown) => ({ ...gossip, type: value })],
    ["the body", (value: unknown) => Object(value) as object],
  ])("carries what JSON does not express as JSON lines would, in %s", (_, wrap) => {
    fc.assert(
      fc.property(exotic, (value) => {
        const body = wrap(value);
        if (JSON.stringify(body) === undefined) return;
        deepStrictEqual(new Wire().carry(body), overJson(body));
      }),
      { numRuns: 30 },
    );
    expect(Object.prototype).not.toHaveProperty("polluted");
  });

  it("fails on a bigint, as JSON lines do", () => {
    expect(() => new Wire().frame({ ...gossip, values: [1n] })).toThrow(TypeError);
  });

  it.each([0, 1, 2 ** 28, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e300, 5e-324, 0.1, 1.5, -1, -0.5])(
    "keeps the number %s exact in every place",
    (number) => {
      const body = {
        ...gossip,
        values: [number],
        dots: [["n1@5", number, number]],
        ages: [number],
        number,
        incarnation: number,
        ack: { incarnation: number, ranges: [[number, number]], held: number },
        round: { round: number, next: number },
      };
      deepStrictEqual(new Wire().carry(body), body);
      for (const part of [
        { dots: body.dots },
        { incarnation: number },
        { ack: body.ack },
        { ages: [number] },
        { number },
      ])
        deepStrictEqual(new Wire().carry({ ...gossip, ...part }), { ...gossip, ...part });
    },
  );

  it("keeps texts of any script, also where values have different lengths", () => {
    const texts = fc.array(
      fc.oneof(
        fc.string({ unit: "grapheme", maxLength: 10 }),
        fc.string({ unit: "binary", maxLength: 10 }),
        fc.nat(300).map((length) => "x".repeat(length)),
      ),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(texts, (values) => {
        const body = { ...gossip, values };
        deepStrictEqual(new Wire().carry(body), overJson(body));
      }),
    );
  });

  it("carries the texts that a list has at the moment, though they were others before", () => {
    const values = ["one", "two"];
    const wire = new Wire();
    for (const change of ["", "three", "äöü", "three"]) {
      values[1] = change;
      deepStrictEqual(wire.carry({ ...gossip, values }), { ...gossip, values: [...values] });
    }
    for (const list of [["one"], [], ["one", "three", "x"], ["one", 3], ["\ud800"]])
      deepStrictEqual(wire.carry({ ...gossip, values: list }), { ...gossip, values: list });
  });

  it("carries a member's id of any characters, and names that look like incarnations and are none", () => {
    const id = fc.oneof(
      fc.constantFrom(
        "",
        "@",
        "a@",
        "@5",
        "a@05",
        "a@5",
        "a@b@5",
        "a@-1",
        "a@1e3",
        `a@${2 ** 53}`,
        "__proto__",
        "ü@7",
        "\ud800@5",
      ),
      fc.string({ unit: "grapheme" }),
    );
    fc.assert(
      fc.property(id, fc.array(id), fc.nat(), (from, names, incarnation) => {
        const body = {
          type: "digest",
          incarnation,
          vector: [...names, from, `${from}@${incarnation}`].map((name) => [name, [[1, 2]]]),
          suspects: names,
        };
        const on = { from, to: "n0" };
        deepStrictEqual(new Wire().carry(body, on), body);
        expect(route).toEqual({ from: "n1", to: "n0" });
      }),
    );
  });

  it("writes names out once its dictionary is full", () => {
    const wire = new Wire();
    const names = Array.from({ length: 10_000 }, (_, index) => `member ${index}@${index}`);
    const body = { type: "holdings", incarnation: 7, vector: names.map((name, index) => [name, [[1, index + 1]]]) };
    deepStrictEqual(wire.carry(body), body);
    expect(wire.sent.size).toBe(4096);
    deepStrictEqual(wire.carry({ ...gossip, incarnation: 8 }), { ...gossip, incarnation: 8 });
  });

  it("writes the bytes that docs/protocol.md shows", () => {
    const wire = new Wire();
    const frame = wire.frame({ type: "probe", incarnation: 5, number: 7 });
    const shown = /```\n(10 07.*)\n(04 04.*)\n```/.exec(readFileSync("docs/protocol.md", "utf8"));
    const bytesOf = (line = "") => Buffer.from(line.replace(/ {4,}.*/, "").replaceAll(" ", ""), "hex");
    expect(wire.definitions()).toEqual([bytesOf(shown?.[1])]);
    expect(frame).toEqual(bytesOf(shown?.[2]));
  });

  it("ignores fields that a later version may add", () => {
    const wire = new Wire();
    const frame = wire.frame({ type: "probe", incarnation: 5, number: 3 }) as Buffer;
    // A varint, a double and bytes under the numbers 100, 101 and 102.
    const later = Buffer.from([0xa0, 6, 1, 0xa9, 6, ...new Array(8).fill(1), 0xb2, 6, 2, 1, 1]);
    const content = Buffer.concat([frame.subarray(2), later]);
    const extended = Buffer.concat([Buffer.from([frame[0] as number, content.length]), content]);
    expect(wire.read(Buffer.concat([...wire.definitions(), extended]))).toEqual({
      type: "probe",
      incarnation: 5,
      number: 3,
    });
  });
});
