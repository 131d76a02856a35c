import { beforeEach, describe, expect, it } from "vitest";
import type { Knowledge } from "../../../src/workbench/model/knowledge.js";
import { Provenance, sideChannelProblem } from "../../../src/workbench/model/provenance.js";

const NODES = ["n0", "n1", "n2"];
const BROADCAST = 10;
let provenance: Provenance;

beforeEach(() => {
  provenance = new Provenance(NODES);
});

function give(value: number, node: string, at = 0): void {
  provenance.delivered(at, { message: { src: "c1", dest: node, body: { type: "broadcast", message: value } } });
}

/** Sends a message; the function that is returned delivers it. */
function send(src: string, dest: string): () => void {
  const knowledge: Knowledge = provenance.knowledgeOf(src);
  return () => provenance.delivered(0, { message: { src, dest, body: {} }, knowledge });
}

const withoutWay = (node: string, ...values: unknown[]) =>
  provenance.withoutWay(node, values, BROADCAST).map(({ value }) => value);

describe("the origin of values", () => {
  it("is explained at the node that a client gave them to, and by a chain of delivered messages", () => {
    give(0, "n0");
    expect(withoutWay("n0", 0)).toEqual([]);
    send("n0", "n1")();
    send("n1", "n2")();
    expect(withoutWay("n2", 0)).toEqual([]);
  });

  it("is not explained by a message that is in flight or lost, that left before the value was there, or in the other direction", () => {
    const early = send("n0", "n1");
    give(0, "n0");
    early();
    send("n0", "n1");
    send("n1", "n0")();
    expect(withoutWay("n1", 0)).toEqual([0]);
  });

  it("is explained by a second copy, and by a message that overtook others", () => {
    give(0, "n0");
    const first = send("n0", "n1");
    give(1, "n0");
    send("n0", "n1")();
    expect(withoutWay("n1", 0, 1)).toEqual([]);
    first();
    first();
    expect(withoutWay("n1", 0, 1)).toEqual([]);
  });

  it("needs the links of the chain in the right order", () => {
    give(0, "n0");
    const second = send("n1", "n2");
    send("n0", "n1")();
    second();
    expect(withoutWay("n2", 0)).toEqual([0]);
  });

  it("may be a service, as if it were a node", () => {
    give(0, "n0");
    send("n0", "lin-kv")();
    expect(withoutWay("n1", 0)).toEqual([0]);
    send("lin-kv", "n2")();
    expect(withoutWay("n2", 0)).toEqual([]);
  });

  it("is reported once, and the node has the value from then on", () => {
    give(0, "n0", 1234);
    expect(provenance.withoutWay("n1", [0, 0], BROADCAST)).toEqual([{ value: 0, given: { node: "n0", at: 1234 } }]);
    expect(withoutWay("n1", 0)).toEqual([]);
    send("n1", "n2")();
    expect(withoutWay("n2", 0)).toEqual([]);
  });

  it("is reported for every value that one read shows", () => {
    for (const value of [0, 1, 2]) give(value, "n0");
    give(3, "n2");
    expect(withoutWay("n1", 3, 2, 1, 0)).toEqual([3, 2, 1, 0]);
  });

  it("is unknown for a value that no node has been given yet", () => {
    expect(provenance.withoutWay("n1", [4], BROADCAST)).toEqual([{ value: 4 }]);
  });

  it("does not matter for data that is not a value", () => {
    expect(withoutWay("n1", BROADCAST, -1, 0.5, "0", null, Number.NaN)).toEqual([]);
  });
});

it("the problem names the values, and the nodes that got them from clients", () => {
  const given = { node: "n0", at: 3210 };
  const values = Array.from({ length: 7 }, (_, value) => (value === 1 ? { value } : { value, given }));
  expect(sideChannelProblem("n2", values, (at) => at - 1000)).toBe(
    "sent a read_ok that shows 0 (given to n0 at 2.210 s), 1 (not yet given to any node), 2 (given to n0 at 2.210 s), " +
      "3 (given to n0 at 2.210 s), 4 (given to n0 at 2.210 s) and 2 more, but no message can have brought them to n2: " +
      "they came by a side channel, such as a file or a socket, or from an earlier run",
  );
});
