import { describe, expect, it } from "vitest";
import { problemWithMessage, problemWithReply } from "../../../src/workbench/model/protocol-rules.js";

const message = { src: "n0", dest: "n1", body: { type: "x" } };

describe("a message", () => {
  it("has src, dest and body, and at most an id", () => {
    expect(problemWithMessage(message)).toBeUndefined();
    expect(problemWithMessage({ ...message, id: 3 })).toBeUndefined();
  });

  it.each([
    [null],
    ["text"],
    [[message]],
    [{ ...message, src: 1 }],
    [{ src: "n0", body: {} }],
    [{ ...message, body: null }],
    [{ ...message, body: [] }],
    [{ ...message, id: "3" }],
    [{ ...message, extra: 1 }],
    [JSON.parse('{"src":"n0","dest":"n1","body":{},"__proto__":{}}')],
  ])("is not %j", (printed) => {
    expect(problemWithMessage(printed)).toMatch(/^printed a /);
  });

  it("is nested no deeper than can be written as JSON again", () => {
    const nested = (levels: number) => ({
      ...message,
      body: JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`),
    });
    expect(problemWithMessage(nested(1_000))).toBeUndefined();
    expect(problemWithMessage(nested(100_000))).toBe("printed a message nested more than 2000 levels deep");
  });
});

describe("a reply", () => {
  it("has a type and in_reply_to, and at most a msg_id", () => {
    expect(problemWithReply("broadcast", { type: "broadcast_ok", in_reply_to: 1 })).toBeUndefined();
    expect(problemWithReply("topology", { type: "topology_ok", in_reply_to: 1, msg_id: 4 })).toBeUndefined();
    expect(problemWithReply("read", { type: "read_ok", in_reply_to: 1, messages: [] })).toBeUndefined();
  });

  it("of init may have anything else", () => {
    expect(problemWithReply("init", { type: "init_ok", in_reply_to: 1, hello: true })).toBeUndefined();
  });

  it.each([
    ["broadcast", { type: "read_ok" }],
    ["broadcast", {}],
    ["broadcast", { type: "broadcast_ok", messages: [] }],
    ["topology", { type: "topology_ok", ok: true }],
    ["read", { type: "read_ok" }],
    ["read", { type: "read_ok", messages: {} }],
    ["read", { type: "read_ok", messages: [], count: 0 }],
    ["read", { type: "read_ok", messages: [], msg_id: "1" }],
  ] as const)("to %s is not %j", (request, body) => {
    expect(problemWithReply(request, body)).toBeDefined();
  });
});
