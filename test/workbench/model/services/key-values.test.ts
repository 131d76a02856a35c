import { describe, expect, it } from "vitest";
import type { Random } from "../../../../src/domain/ports/random.js";
import type { MessageBody } from "../../../../src/workbench/model/message.js";
import { parseExactly } from "../../../../src/workbench/model/number-literals.js";
import { LastWriteWinsKeyValues } from "../../../../src/workbench/model/services/last-write-wins.js";
import { LinearizableKeyValues } from "../../../../src/workbench/model/services/linearizable.js";
import { SequentialKeyValues } from "../../../../src/workbench/model/services/sequential.js";
import type { Service } from "../../../../src/workbench/model/services/service.js";
import { TimestampOracle } from "../../../../src/workbench/model/services/timestamp-oracle.js";

const read = (key: unknown): MessageBody => ({ type: "read", key });
const write = (key: unknown, value: unknown): MessageBody => ({ type: "write", key, value });
const cas = (key: unknown, from: unknown, to: unknown, more: object = {}): MessageBody => ({
  type: "cas",
  key,
  from,
  to,
  ...more,
});
const noSuchKey = { type: "error", code: 20, text: "key does not exist" };

/** Draws that are given, one after the other; the last one for ever. */
function draws(...numbers: number[]): Random {
  let next = 0;
  return { next: () => numbers[Math.min(next++, numbers.length - 1)] as number };
}
const NEWEST = 0.999;
const OLDEST = 0;

describe("every key-value service", () => {
  const services: [name: string, create: () => Service][] = [
    ["lin-kv", () => new LinearizableKeyValues()],
    ["seq-kv", () => new SequentialKeyValues(draws(NEWEST))],
    ["lww-kv", () => new LastWriteWinsKeyValues(draws(0))],
  ];

  it.each(services)("%s reads written values, and reports a missing key", (_, create) => {
    const service = create();
    expect(service.answer("n1", read("x"))).toEqual(noSuchKey);
    expect(service.answer("n1", write("x", [1, { a: null }]))).toEqual({ type: "write_ok" });
    expect(service.answer("n2", read("x"))).toEqual({ type: "read_ok", value: [1, { a: null }] });
  });

  it.each(services)("%s compares and sets", (_, create) => {
    const service = create();
    expect(service.answer("n1", cas("x", 1, 2))).toEqual(noSuchKey);
    service.answer("n1", write("x", 1));
    expect(service.answer("n1", cas("x", 1, 2))).toEqual({ type: "cas_ok" });
    expect(service.answer("n1", cas("x", 1, 3))).toEqual({
      type: "error",
      code: 22,
      text: "current value 2 is not 1",
    });
    expect(service.answer("n1", read("x"))).toEqual({ type: "read_ok", value: 2 });
  });

  it.each(services)("%s accepts any JSON for a key, and takes missing parts for null", (_, create) => {
    const service = create();
    service.answer("n1", write({ b: [1], a: "1" }, "object"));
    service.answer("n1", write(1, "number"));
    service.answer("n1", write("1", "text"));
    service.answer("n1", { type: "write" });
    expect(service.answer("n1", read({ a: "1", b: [1] }))).toMatchObject({ value: "object" });
    expect(service.answer("n1", read(1))).toMatchObject({ value: "number" });
    expect(service.answer("n1", read("1"))).toMatchObject({ value: "text" });
    expect(service.answer("n1", { type: "read" })).toEqual({ type: "read_ok", value: null });
    expect(service.answer("n1", { type: "cas", to: 5 })).toEqual({ type: "cas_ok" });
    expect(service.answer("n1", read(null))).toEqual({ type: "read_ok", value: 5 });
  });

  it.each(services)("%s distinguishes 1.0 from 1, and keeps integers that no double can represent", (_, create) => {
    const service = create();
    const exactly = (text: string) => parseExactly(text) as MessageBody;
    service.answer("n1", exactly('{"type":"write","key":1,"value":9007199254740993}'));
    expect(service.answer("n1", exactly('{"type":"read","key":1.0}'))).toEqual(noSuchKey);
    expect(service.answer("n1", exactly('{"type":"cas","key":1,"from":9007199254740992,"to":0}'))).toMatchObject({
      code: 22,
    });
    const value = service.answer("n1", read(1)).value;
    expect(value).toEqual(parseExactly("9007199254740993"));
    expect(service.answer("n1", exactly('{"type":"cas","key":1,"from":9007199254740993,"to":2.50}'))).toEqual({
      type: "cas_ok",
    });
    expect(service.answer("n1", exactly('{"type":"cas","key":1,"from":25e-1,"to":2.0}'))).toEqual({ type: "cas_ok" });
    expect(service.answer("n1", cas(1, 2, 3))).toMatchObject({ text: "current value 2.0 is not 2" });
  });

  it.each(services)("%s keeps the written value, without later changes of the object", (_, create) => {
    const service = create();
    const value = [1];
    service.answer("n1", write("x", value));
    value.push(2);
    const shown = service.answer("n1", read("x")).value as number[];
    shown.push(3);
    expect(service.answer("n1", read("x"))).toEqual({ type: "read_ok", value: [1] });
  });
});

describe("create_if_not_exists", () => {
  const create = { create_if_not_exists: true };

  it.each([
    ["lin-kv", new LinearizableKeyValues()],
    ["seq-kv", new SequentialKeyValues(draws(NEWEST))],
  ])("lets cas of %s create a key, and does not weaken it otherwise", (_, service) => {
    expect(service.answer("n1", cas("x", 7, 1, create))).toEqual({ type: "cas_ok" });
    expect(service.answer("n1", cas("x", 7, 2, create))).toMatchObject({ code: 22 });
    expect(service.answer("n1", cas("y", 7, 1, { create_if_not_exists: false }))).toEqual(noSuchKey);
    expect(service.answer("n1", cas("y", 7, 1, { create_if_not_exists: 0 }))).toEqual({ type: "cas_ok" });
  });

  it("has no effect on lww-kv, as in Maelstrom", () => {
    expect(new LastWriteWinsKeyValues(draws(0)).answer("n1", cas("x", 7, 1, create))).toEqual(noSuchKey);
  });
});

describe("seq-kv", () => {
  it("may show a client any state since the last one that it saw", () => {
    const service = new SequentialKeyValues(draws(NEWEST, NEWEST, NEWEST, OLDEST, 0.5, OLDEST, NEWEST, OLDEST));
    for (const value of [1, 2, 3]) service.answer("n1", write("x", value));
    expect(service.answer("n2", read("x"))).toEqual(noSuchKey);
    expect(service.answer("n2", read("x"))).toMatchObject({ value: 2 });
    // Back in time it does not go.
    expect(service.answer("n2", read("x"))).toMatchObject({ value: 2 });
    expect(service.answer("n2", read("x"))).toMatchObject({ value: 3 });
    expect(service.answer("n2", read("x"))).toMatchObject({ value: 3 });
  });

  it("shows a client at least its own writes", () => {
    const service = new SequentialKeyValues(draws(OLDEST));
    service.answer("n1", write("x", 1));
    service.answer("n2", write("x", 2));
    expect(service.answer("n1", read("x"))).toMatchObject({ value: 1 });
    expect(service.answer("n2", read("x"))).toMatchObject({ value: 2 });
  });

  it("lets a write happen in the past that would have changed nothing there, as in doc/services.md", () => {
    const service = new SequentialKeyValues(draws(NEWEST, NEWEST, OLDEST, NEWEST));
    service.answer("n1", write("x", 1));
    service.answer("n2", cas("x", 1, 2));
    expect(service.answer("n1", write("x", 1))).toEqual({ type: "write_ok" });
    expect(service.answer("n2", read("x"))).toMatchObject({ value: 2 });
  });

  it("applies every other write to the newest state", () => {
    const service = new SequentialKeyValues(draws(OLDEST));
    service.answer("n1", write("x", 1));
    service.answer("n1", write("x", 2));
    // In the past that n2 may still see, there was no x.
    expect(service.answer("n2", cas("x", 2, 3, { create_if_not_exists: true }))).toEqual({ type: "cas_ok" });
    expect(service.answer("n2", read("x"))).toMatchObject({ value: 3 });
  });

  it("keeps the last 32 states", () => {
    const service = new SequentialKeyValues(draws(OLDEST));
    for (let value = 1; value <= 40; value++) service.answer("n1", write("x", value));
    expect(service.answer("n2", read("x"))).toMatchObject({ value: 9 });
  });
});

describe("lww-kv", () => {
  const [A, B] = [0, 0.5];
  /** Each request draws a replica to merge from, one to merge into, and one that answers. */
  const requests = (...answering: (number | readonly [from: number, into: number, at: number])[]) =>
    draws(...answering.flatMap((one) => (typeof one === "number" ? [A, A, one] : one)));

  it("shows on one replica what the other one has only after a merge", () => {
    const service = new LastWriteWinsKeyValues(requests(A, B, A, [A, B, B]));
    service.answer("n1", write("x", 1));
    expect(service.answer("n1", read("x"))).toEqual(noSuchKey);
    expect(service.answer("n1", read("x"))).toMatchObject({ value: 1 });
    expect(service.answer("n1", read("x"))).toMatchObject({ value: 1 });
  });

  it("loses the write with the lower timestamp, even if it came later", () => {
    const service = new LastWriteWinsKeyValues(requests(A, A, B, [B, A, A], [A, B, B]));
    service.answer("n1", write("x", "old"));
    service.answer("n1", write("x", "newer by A's clock"));
    service.answer("n2", write("x", "newest, with B's lower clock"));
    expect(service.answer("n1", read("x"))).toMatchObject({ value: "newer by A's clock" });
    expect(service.answer("n1", read("x"))).toMatchObject({ value: "newer by A's clock" });
  });

  it("prefers the merged entry if timestamps are equal", () => {
    const service = new LastWriteWinsKeyValues(requests(A, B, [B, A, A], [A, B, B]));
    service.answer("n1", write("x", "of A"));
    service.answer("n1", write("x", "of B"));
    expect(service.answer("n1", read("x"))).toMatchObject({ value: "of B" });
    expect(service.answer("n1", read("x"))).toMatchObject({ value: "of B" });
  });
});

it("lin-tso counts from 0", () => {
  const oracle = new TimestampOracle();
  expect([oracle.answer(), oracle.answer(), oracle.answer()]).toEqual([0, 1, 2].map((ts) => ({ type: "ts_ok", ts })));
  expect(oracle.knows).toEqual(["ts"]);
});
