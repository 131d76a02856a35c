import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePeerMessage } from "../../../src/application/wire/peer-messages.js";
import { startCluster } from "../../support/cluster.js";
import { messageTypes } from "../../support/message-types.js";

const LARGEST = Number.MAX_SAFE_INTEGER;

const gossip = {
  type: "gossip",
  values: [1, { a: null }],
  dots: [["n1@1", 4, 2]],
  incarnation: 1,
  number: 3,
  base: 2,
  ages: [12.5],
  ack: { incarnation: 1, ranges: [[1, 4]], held: 0.25 },
  confirm: { count: 2, within: 500, vector: [["n1@1", [[4, 5]]]] },
  confirmed: [{ by: ["n1", "n2"], vector: [["n0@1", [[1, 2]]]] }],
  round: { round: 7, next: 1000, upcastBy: 900, period: 1600 },
};
const digest = { type: "digest", incarnation: 1, vector: [["n1@1", [[1, 9]]]], reply: true };

const refused = (body: unknown) => expect(typeof parsePeerMessage(body), JSON.stringify(body)).toBe("string");
const accepted = (body: unknown) => expect(parsePeerMessage(body)).toEqual(body);

describe("parsePeerMessage", () => {
  it.each(["rounds", "eager", "window"] as const)("accepts every message that members in mode %s send", (mode) => {
    const cluster = startCluster({
      size: 6,
      settings: { mode, fanOut: 2, acknowledgementDelay: 500 },
      assurance: { nodes: 3, timeout: 3500 },
      latency: (_, random) => (random.next() < 0.2 ? undefined : 200 * random.next()),
    });
    cluster.load(20, 5000);
    cluster.run(130_000);
    expect(cluster.sent.length).toBeGreaterThan(100);
    for (const { body } of cluster.sent) expect(parsePeerMessage(body)).toEqual(body);
  });

  it("accepts additions of later versions, and the largest exact numbers", () => {
    accepted(gossip);
    expect(typeof parsePeerMessage({ ...gossip, later: "something" })).toBe("object");
    accepted({ ...digest, vector: [["n1@1", [[1, LARGEST]]]] });
  });

  it("never throws, for any input", () => {
    const junk = fc.oneof(fc.jsonValue(), fc.constantFrom(...[undefined, Number.NaN, 1e308, -1, "__proto__"]));
    const shaped = fc.record(
      {
        type: fc.constantFrom(...messageTypes),
        values: junk,
        dots: junk,
        ack: junk,
        round: junk,
        vector: junk,
        number: junk,
      },
      { requiredKeys: ["type"] },
    );
    const twisted = fc
      .tuple(fc.constantFrom(gossip, digest), fc.constantFrom(...Object.keys(gossip), "vector"), junk)
      .map(([message, key, value]) => ({ ...message, [key]: value }));
    fc.assert(
      fc.property(fc.oneof(junk, shaped, twisted), (body) => {
        expect(["string", "object"]).toContain(typeof parsePeerMessage(body));
      }),
    );
  });

  it("reports the problem and its place", () => {
    expect(parsePeerMessage({ ...gossip, ages: ["old"] })).toMatch(/^ages.0: .*number/);
    expect(parsePeerMessage({ type: "chatter" })).toMatch(/^type: /);
  });

  it("rejects values and dots that differ in number", () => {
    refused({ ...gossip, values: [1] });
    refused({ ...gossip, values: [1, 2, 3] });
    refused({ ...gossip, dots: [] });
    refused({ ...gossip, dots: [["n1@1", 1, LARGEST]] });
    refused({
      ...gossip,
      dots: [
        ["n1@1", 1, 2 ** 52],
        ["n1@1", 1, 2 ** 52],
      ],
    });
  });

  it.each([
    ["a number of 0", ["n1@1", 0, 2]],
    ["a negative number", ["n1@1", -5, 2]],
    ["a count of 0", ["n1@1", 1, 0]],
    ["a fraction", ["n1@1", 1.5, 2]],
    ["an end that is not exact", ["n1@1", LARGEST, 2]],
    ["no author", ["", 1, 2]],
    ["an author of a megabyte", ["n".repeat(1e6), 1, 2]],
    ["one part too many", ["n1@1", 1, 2, 3]],
  ])("rejects a range with %s", (_, run) => refused({ ...gossip, dots: [run] }));

  it.each([
    ["backwards", [[4, 1]]],
    [
      "out of order",
      [
        [5, 6],
        [1, 2],
      ],
    ],
    [
      "overlapping",
      [
        [1, 5],
        [5, 9],
      ],
    ],
    ["from 0", [[0, 5]]],
    ["beyond what is exact", [[1, 2 ** 53]]],
    ["of fractions", [[1, 2.5]]],
  ])("rejects ranges that are %s", (_, ranges) => {
    refused({ ...digest, vector: [["n1@1", ranges]] });
    refused({ ...gossip, ack: { ...gossip.ack, ranges } });
  });

  it("rejects times that are negative, unreasonably long, or not numbers", () => {
    for (const time of [-1, Number.POSITIVE_INFINITY, Number.NaN, null, "5"]) {
      refused({ ...gossip, ages: [time] });
      refused({ ...gossip, ack: { ...gossip.ack, held: time } });
    }
    for (const time of [-1, 1e15, Number.POSITIVE_INFINITY, Number.NaN, null, "5"]) {
      refused({ ...gossip, round: { ...gossip.round, next: time } });
      refused({ type: "probe_ok", sent: 1, held: time });
    }
    refused({ ...gossip, round: { ...gossip.round, period: 0 } });
  });

  it("accepts values and acknowledgements of any age: one that is years old must not invalidate others", () => {
    const years = 5 * 365 * 24 * 3600 * 1000;
    accepted({ ...gossip, ages: [years], ack: { ...gossip.ack, held: years } });
  });

  it("rejects messages so deeply nested that a recursion could overflow the stack", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`);
    expect(parsePeerMessage({ ...gossip, values: [deep, 1] })).toBe("it is nested more than 1020 levels deep");
  });

  it("rejects a digest that names an author twice, because merging many parts would take minutes", () => {
    const part = (index: number) => ["n1@1", [[2 * index + 1, 2 * index + 1]]];
    refused({ ...digest, vector: [part(1), part(0)] });
    accepted({ ...digest, vector: [part(1), ["n2@1", [[1, 1]]]] });
  });

  it("quotes no more of a message than fits on a line", () => {
    expect((parsePeerMessage({ type: "x".repeat(1e6) }) as string).length).toBeLessThan(300);
  });

  it("rejects a base above the number", () => refused({ ...gossip, number: 3, base: 4 }));
});
