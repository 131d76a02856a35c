import { describe, expect, it } from "vitest";
import { parseClientRequest } from "../../../src/application/wire/client-requests.js";
import { RequestError } from "../../../src/application/wire/errors.js";

function refusal(body: string, inexactNumber?: string): RequestError {
  try {
    parseClientRequest(JSON.parse(body), { inexactNumber: () => inexactNumber });
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
  throw new Error(`was not refused: ${body}`);
}

describe("parseClientRequest", () => {
  it("parses each request", () => {
    expect(parseClientRequest({ type: "init", node_id: "n1", node_ids: ["n0", "n1"] })).toEqual({
      type: "init",
      nodeId: "n1",
      nodeIds: ["n0", "n1"],
    });
    expect(parseClientRequest({ type: "topology", topology: { n0: ["n1"], n1: [] } })).toEqual({
      type: "topology",
      topology: new Map([
        ["n0", ["n1"]],
        ["n1", []],
      ]),
    });
    expect(parseClientRequest({ type: "broadcast", message: null })).toEqual({ type: "broadcast", value: null });
    expect(parseClientRequest({ type: "read", more: 1 })).toEqual({ type: "read" });
  });

  it.each([
    ["{}", 12, "type"],
    ["[]", 12, "type"],
    ['{"type":7}', 12, "type"],
    ['{"__proto__":{"type":"read"}}', 12, "type"],
    ['{"type":"generate"}', 10, '"generate"'],
    ['{"type":"toString"}', 10, '"toString"'],
    ['{"type":"init"}', 12, "node_id"],
    ['{"type":"init","node_id":"n0"}', 12, "node_ids"],
    ['{"type":"init","node_id":0,"node_ids":["n0"]}', 12, "node_id"],
    ['{"type":"init","node_id":"n0","node_ids":"n0"}', 12, "node_ids"],
    ['{"type":"init","node_id":"n0","node_ids":[]}', 12, "node_ids"],
    ['{"type":"init","node_id":"n0","node_ids":["n0",1]}', 12, "node_ids"],
    ['{"type":"init","node_id":"n0","node_ids":["n0","n1","n1"]}', 12, "twice"],
    ['{"type":"init","node_id":"n2","node_ids":["n0","n1"]}', 12, '"n2"'],
    ['{"type":"topology"}', 12, "topology"],
    ['{"type":"topology","topology":null}', 12, "topology"],
    ['{"type":"topology","topology":["n0"]}', 12, "topology"],
    ['{"type":"topology","topology":{"n0":"n1"}}', 12, '"n0"'],
    ['{"type":"topology","topology":{"n0":[1]}}', 12, '"n0"'],
    ['{"type":"broadcast"}', 12, "message"],
    ['{"type":"broadcast","__proto__":{"message":1}}', 12, "message"],
  ])("rejects %s with error %i that names the problem", (body, code, name) => {
    const error = refusal(body);
    expect(error.code).toBe(code);
    expect(error.message).toContain(name);
  });

  it("rejects a value with a number that a double cannot represent, and names the number", () => {
    const error = refusal('{"type":"broadcast","message":9007199254740993}', "9007199254740993");
    expect(error.code).toBe(12);
    expect(error.message).toContain("9007199254740993");
  });

  it("accepts a value of 1,000 levels and rejects one of 1,001 or a million", () => {
    const body = (levels: number) => `{"type":"broadcast","message":${"[".repeat(levels)}${"]".repeat(levels)}}`;
    expect(parseClientRequest(JSON.parse(body(1_000))).type).toBe("broadcast");
    expect(refusal(body(1_001)).code).toBe(12);
    expect(refusal(body(1_000_000)).code).toBe(12);
  });
});
