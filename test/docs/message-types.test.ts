import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePeerMessage } from "../../src/application/wire/peer-messages.js";
import { describeMessage } from "../../src/workbench/simulation/trace.js";
import { forged } from "../support/forged-messages.js";
import { exampleMessages, messageTypes, wireTypes } from "../support/message-types.js";

// docs/architecture.md lists the places that a new type of message needs.
describe.each(messageTypes)("the message %s", (type) => {
  it("is accepted by the schema", () => {
    expect(parsePeerMessage(exampleMessages[type])).toEqual(exampleMessages[type]);
  });

  it("is described in the trace of the simulator", () => {
    const line = describeMessage("n0", "n1", exampleMessages[type], { kind: "lost" });
    expect(line).toMatch(new RegExp(`^n0 -> n1 ${type}\\b`));
    expect(line).not.toContain("undefined");
  });
});

describe("every type on the wire", () => {
  it("has a row in the table of docs/protocol.md, and no other type has one", () => {
    const [, section = ""] = readFileSync("docs/protocol.md", "utf8").split("\n## 1. Messages\n");
    const rows = section.slice(0, section.indexOf("\n### ")).matchAll(/^\| `(\w+)` \|/gm);
    expect([...rows].map(([, type]) => type).sort()).toEqual([...wireTypes].sort());
  });

  it("is among the lies that the tests of hostile members tell", () => {
    const lies = fc.sample(forged, { numRuns: 1_000, seed: 1 }) as { type: string }[];
    expect([...new Set(lies.map(({ type }) => type))].sort()).toEqual([...wireTypes].sort());
  });
});
