import { describe, expect, it } from "vitest";
import type { BroadcastNode } from "../../src/domain/ports/broadcast-node.js";
import { startCluster } from "../support/cluster.js";
import { retainedEntries } from "../support/retained.js";

const LARGEST = Number.MAX_SAFE_INTEGER;
const YEAR = 365 * 24 * 3600 * 1000;

/** Five members of which `n4` is a leaf below `n1`, and lies; every other one has a value that is everywhere. */
function cluster() {
  const all = startCluster({ size: 5, settings: { fanOut: 2 } });
  for (const id of ["n0", "n1", "n2", "n3"]) all.broadcast(id, `first of ${id}`);
  all.run(20_000);
  const node = (id: string) => all.nodes.get(id) as BroadcastNode;
  return { ...all, node, remembers: (id: string) => retainedEntries(node(id), [all.clock]) };
}

const gossip = (fields: object) => ({
  type: "gossip",
  values: [],
  dots: [],
  ages: [],
  incarnation: 1,
  number: 1,
  base: 1,
  ...fields,
});

// Each was found by generated messages or by reading with them in mind.
describe("a lie costs no memory:", () => {
  it.each([
    ["messages whose every other number is missing", (at: number) => gossip({ number: 2 * at + 2 })],
    ["digests of members that nobody knows", (at: number) => digest([[`x${at}@1`, [[1, 5]]]])],
    [
      "reports of members that nobody knows",
      (at: number) => ({ ...digest([[`x${at}@1`, [[1, 5]]]]), type: "holdings" }),
    ],
    [
      "values in the name of their receiver",
      (at: number) =>
        gossip({ number: at + 1, base: at + 1, values: ["lie"], dots: [["n0@1", 2 * at + 10, 1]], ages: [0] }),
    ],
    ["acknowledgements of what was never sent", (at: number) => ack([[2 * at + 1e6, 2 * at + 1e6]])],
    [
      "questions about all that is known, without end",
      (at: number) =>
        gossip({ number: at + 1, base: at + 1, confirm: { count: LARGEST, within: YEAR, vector: everything } }),
    ],
    [
      "answers that nobody asked for",
      (at: number) => ({ ...ack([[1, 1]]), confirmed: [{ by: [`x${at}`, "n3"], vector: [[`x${at}@1`, [[1, 9]]]] }] }),
    ],
  ])("%s", (_, lie) => {
    const { node, run, remembers } = cluster();
    const tell = (from: number, to: number) => {
      for (let at = from; at < to; at++) {
        node("n0").receive("n4", lie(at));
        if (at % 100 === 0) run(10);
      }
      run(130_000);
    };
    tell(0, 3_000);
    const before = remembers("n0");
    tell(3_000, 9_000);
    expect(remembers("n0") - before).toBeLessThan(1_000);
  });
});

describe("a lie costs no value:", () => {
  it("that the values of others go to everyone by themselves", () => {
    const { node, broadcast, run } = cluster();
    broadcast("n3", "second of n3");
    const claimed = gossip({ direct: true, values: ["second of n3"], dots: [["n3@1", 2, 1]], ages: [0] });
    node("n0").receive("n4", claimed);
    run(5_000);
    expect(node("n2").has("second of n3")).toBe(true);
  });

  it("that what others have yet to broadcast is gone for good", () => {
    const { node, broadcast, run } = cluster();
    for (const id of ["n0", "n1", "n2"])
      node(id).receive("n4", { ...digest([["n3@1", [[1, LARGEST]]]]), gone: [["n3@1", [[2, LARGEST]]]] });
    broadcast("n3", "second of n3");
    run(5_000);
    expect(["n0", "n1", "n2"].filter((id) => node(id).has("second of n3"))).toEqual(["n0", "n1", "n2"]);
  });

  it("that a probe was answered before it was asked, by longer than there are clocks", () => {
    const { node, lines, broadcast, run } = cluster();
    for (let count = 0; count < 300; count++)
      node("n0").receive("n4", { type: "probe_ok", incarnation: 1, of: 1, number: 1 + (count % 9), held: YEAR });
    broadcast("n0", "second of n0");
    run(5_000);
    expect(lines.filter((line) => line.includes("leaves no room for rounds"))).toEqual([]);
    expect(node("n3").has("second of n0")).toBe(true);
  });

  it("of a parent whose next round is in a year", () => {
    const { node, broadcast, run } = cluster();
    const round = { round: 1, next: YEAR, upcastBy: YEAR, period: YEAR, roundTrip: YEAR };
    node("n3").receive("n1", gossip({ number: 1_000, round }));
    broadcast("n3", "second of n3");
    run(10_000);
    expect(node("n0").has("second of n3")).toBe(true);
  });
});

const everything = ["n0", "n1", "n2", "n3"].map((id) => [`${id}@1`, [[1, LARGEST - 1]]]);

function digest(vector: unknown) {
  return { type: "digest", incarnation: 1, vector, reply: false };
}

function ack(ranges: unknown) {
  return { type: "gossip_ok", incarnation: 1, ack: { incarnation: 1, ranges, held: 0 } };
}
