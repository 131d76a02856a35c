import { describe, expect, it } from "vitest";
import type { Digest } from "../../src/domain/messages.js";
import { startCluster } from "../support/cluster.js";

const eager = { mode: "eager", acknowledgementDelay: 4000, fanOut: 2 } as const;

/**
 * The members that are asked for a digest in the 3 s after `n1` has told all others which members it does not reach.
 * @param sendsToAll whether `n1` has sent them a value as a member does that sends to everyone
 */
function askedAfter(
  settings: Parameters<typeof startCluster>[0]["settings"],
  suspects: readonly string[],
  sendsToAll = false,
) {
  const cluster = startCluster({ size: 7, settings });
  for (const node of ["n1", "n6"]) cluster.broadcast(node, `by ${node}`);
  cluster.run(20_000);
  const start = cluster.clock.now();
  const first = cluster.sent.find(({ from }) => from === "n1") as { body: object };
  const { incarnation } = first.body as Digest;
  const value = { values: ["sent to all"], dots: [[`n1@${incarnation}`, 2, 1]], ages: [0], direct: true };
  for (const [id, node] of cluster.nodes)
    if (id !== "n1" && !suspects.includes(id) && sendsToAll)
      node.receive("n1", { type: "gossip", incarnation, number: 1000, base: 1000, ...value });
  for (const [id, node] of cluster.nodes)
    if (id !== "n1") node.receive("n1", { type: "digest", incarnation, vector: [], reply: false, suspects });
  cluster.run(3000);
  const isQuestion = (body: object) => (body as Digest).type === "digest" && (body as Digest).verify === true;
  return cluster.sent
    .filter(({ at, body }) => at > start && isQuestion(body))
    .map(({ from, to }) => `${from} asks ${to}`);
}

describe("a member that another one does not reach, while everyone sends to everyone", () => {
  it("is asked what it lacks by the member above it in the tree, and by nobody else", () => {
    expect(askedAfter(eager, ["n6"])).toEqual(["n2 asks n6"]);
    // Above n4 is n1, which knows.
    expect(askedAfter(eager, ["n4", "n5"])).toEqual(["n2 asks n5"]);
  });

  it("is nobody's concern if it is none of the members, or the one that is told", () => {
    expect(askedAfter(eager, ["stranger", "n0"])).toEqual([]);
  });
});

describe("a member that another one does not reach, with rounds", () => {
  it("is served along the tree in any case", () => {
    expect(askedAfter({ fanOut: 2 }, ["n6"])).toEqual([]);
  });

  it("is asked by the member above it if the other one sends to everyone, as each judges on its own whether rounds are feasible", () => {
    expect(askedAfter({ fanOut: 2 }, ["n6"], true)).toContain("n2 asks n6");
  });
});
