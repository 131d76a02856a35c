import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { composeBroadcastNode } from "../../src/composition/node.js";
import { RecordingTransport } from "../application/recording-ports.js";
import { testSettings } from "../support/cluster.js";

/** The node `b` below `a`, which has spoken in its life 7 and has fallen silent since. */
function orphan() {
  const clock = new FakeClock();
  const transport = new RecordingTransport();
  const lines: string[] = [];
  const node = composeBroadcastNode(
    testSettings,
    { transport, clock, random: new SeededRandom(1), log: { event: ({ text }) => lines.push(text) } },
    { self: "b", members: ["a", "b", "c"] },
    1,
  );
  node.start(new Map());
  node.receive("a", { type: "probe", incarnation: 7, number: 1 });
  node.broadcast("value", () => {});
  clock.advance(30_000);
  return { node, clock, transport, lines };
}

describe("a delayed message of an earlier life", () => {
  it.each([
    ["probe", { type: "probe", incarnation: 6, number: 1 }],
    ["answer to a probe", { type: "probe_ok", incarnation: 6, of: 1, number: 1, held: 0 }],
    ["digest", { type: "digest", incarnation: 6, vector: [], reply: true }],
    [
      "gossip",
      { type: "gossip", incarnation: 6, number: 1, base: 1, values: ["old"], dots: [["a@6", 1, 1]], ages: [0] },
    ],
    ["acknowledgement", { type: "gossip_ok", incarnation: 6, ack: { incarnation: 1, ranges: [[1, 99]], held: 0 } }],
  ])("changes nothing: a silent member stays suspected (%s)", (_, message) => {
    const { node, clock, lines } = orphan();
    expect(node.status().suspects).toContain("a");
    node.receive("a", message);
    expect(node.status().suspects).toContain("a");
    expect(node.values()).toEqual(["value"]);
    clock.advance(100);
    expect(lines.join()).not.toContain("a is reachable again");
  });
});
