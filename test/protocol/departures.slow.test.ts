import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { MemoryNetwork } from "../../src/adapters/memory-network/memory-network.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { composeBroadcastNode } from "../../src/composition/node.js";
import { PEER } from "../../src/domain/config.js";
import type { BroadcastNode } from "../../src/domain/ports/broadcast-node.js";

import { RecordingTransport } from "../application/recording-ports.js";
import { testSettings } from "../support/cluster.js";
import { retainedEntries } from "../support/retained.js";

const modes = ["rounds", "eager", "window"] as const;

/** The node `a`, whose only steady companion is `b`; visitors come and go. */
function host(mode: (typeof modes)[number]) {
  const clock = new FakeClock();
  const transport = new RecordingTransport();
  const lines: string[] = [];
  const node = composeBroadcastNode(
    { ...testSettings, mode },
    { transport, clock, random: new SeededRandom(1), log: { event: ({ text }) => lines.push(text) } },
    { self: "a", members: ["a", "b"] },
    1,
  );
  node.start(new Map());
  let number = 0;
  const gossip = (incarnation: number, fields: object = {}) => ({
    type: "gossip",
    values: [],
    dots: [],
    ages: [],
    incarnation,
    number: ++number,
    base: 1,
    ...fields,
  });
  const digest = (incarnation: number, vector: unknown[] = []) => ({
    type: "digest",
    incarnation,
    vector,
    reply: true,
    verify: true,
  });
  /** One visitor comes, says all that a member may say, and goes. */
  const visit = (id: string, values: readonly string[] = []) => {
    node.regroup(["a", "b", id]);
    const dots = values.length > 0 ? [[`${id}@7`, 1, values.length]] : [];
    const vector = dots.map(([author, , count]) => [author, [[1, count]]]);
    node.receive(id, { type: "probe", incarnation: 7, number: 1 });
    node.receive(id, gossip(7, { number: 1, values, dots, ages: dots.map(() => 0), up: true }));
    node.receive(id, digest(7, vector));
    node.receive(id, { type: "holdings", incarnation: 7, vector });
    node.receive(id, { type: "gossip_ok", incarnation: 7, ack: { incarnation: 1, ranges: [[1, 1]], held: 0 } });
    clock.advance(10);
    node.receive("b", gossip(1));
    node.regroup(["a", "b"]);
    // What was on its way when the visitor left.
    node.receive(id, gossip(7, { number: 2 }));
    node.receive(id, digest(7, vector));
    // So that nothing waits for `b`.
    transport.sent.length = 0;
  };
  /** Lets the node forget what it may. */
  const rest = () => {
    node.receive("b", digest(1, []));
    clock.advance(PEER.tombstoneTime + 1);
    for (let message = 0; message < 100; message++) node.receive("b", gossip(1, { base: number }));
    transport.sent.length = 0;
    lines.length = 0;
  };
  return {
    node,
    clock,
    transport,
    visit,
    rest,
    gossip,
    digest,
    remembers: () => retainedEntries(node, [clock, transport]),
  };
}

/** Each change of members composes the window mode's protocol anew, which takes time. */
const visitors = { rounds: 2000, eager: 2000, window: 300 };

describe("a member that has left", () => {
  it.each(modes)("is forgotten if it broadcast nothing: any number of them leaves nothing behind (mode %s)", (mode) => {
    const { visit, rest, remembers } = host(mode);
    for (let visitor = 0; visitor < 100; visitor++) visit(`early ${visitor}`);
    rest();
    const before = remembers();
    for (let visitor = 0; visitor < visitors[mode]; visitor++) visit(`v${visitor}`);
    rest();
    expect(remembers()).toBeLessThan(1.05 * before);
  });

  it.each(modes)("leaves one entry of the digests for each life in which it broadcast (mode %s)", (mode) => {
    const { node, transport, visit, digest } = host(mode);
    for (let visitor = 0; visitor < 100; visitor++)
      visit(
        `v${visitor}`,
        ["first", "second", "third"].map((word) => `${word} of ${visitor}`),
      );
    node.receive("b", digest(1));
    const answers = transport.sent.flatMap(({ to, body }) => (to === "b" && "vector" in body ? [body.vector] : []));
    expect(answers).toEqual([Array.from({ length: 100 }, (_, visitor) => [`v${visitor}@7`, [[1, 3]]])]);
  });

  it("is sent nothing for what comes of it late, and its values count", () => {
    const { node, transport, visit, gossip } = host("rounds");
    visit("c");
    node.receive("c", { type: "probe", incarnation: 7, number: 2 });
    node.receive("c", gossip(7, { values: ["last words"], dots: [["c@7", 1, 1]], ages: [0] }));
    expect(transport.sent.filter(({ to }) => to === "c")).toEqual([]);
    expect(node.values()).toContain("last words");
  });

  it("is known in its latest life for some time: what comes late of an earlier one counts for nothing", () => {
    const { node, clock, transport, visit, gossip } = host("rounds");
    visit("c");
    clock.advance(PEER.tombstoneTime - 1000);
    node.regroup(["a", "b", "c"]);
    transport.sent.length = 0;
    node.receive("c", gossip(6, { values: ["stale"], dots: [["c@6", 1, 1]], ages: [0] }));
    expect(node.values()).not.toContain("stale");
    node.receive("c", gossip(7, { values: ["of now"], dots: [["c@7", 1, 1]], ages: [0] }));
    expect(node.values()).toContain("of now");
  });

  // The one that was cut off believes nobody gone, and goes on with the numbers that it knows.
  it.each([10_000, 2 * PEER.tombstoneTime])(
    "gets its values acknowledged when it comes back after %d ms, though it never knew that it was away",
    (away) => {
      const cut = { isCut: false };
      const network = startPair(cut);
      for (let value = 0; value < 20; value++) {
        network.broadcast("a", `a ${value}`);
        network.broadcast("b", `b ${value}`);
        network.clock.advance(3000);
      }
      cut.isCut = true;
      network.node("a").regroup(["a"]);
      network.clock.advance(away);
      network.node("a").receive("x", { type: "probe", incarnation: 1, number: 1 });
      cut.isCut = false;
      network.node("a").regroup(["a", "b"]);
      network.clock.advance(5000);
      network.sent.length = 0;
      network.broadcast("a", "again a");
      network.broadcast("b", "again b");
      network.clock.advance(20_000);
      for (const id of ["a", "b"]) expect(network.node(id).values()).toHaveLength(42);
      // Nothing is sent again because its acknowledgement is not understood.
      expect(network.sent.filter(({ ask }) => ask === true)).toEqual([]);
    },
  );
});

/** Two members on one network, which may be cut. */
function startPair(cut: { isCut: boolean }) {
  const clock = new FakeClock();
  const network = new MemoryNetwork(clock, () => (cut.isCut ? undefined : 50));
  const sent: { readonly ask?: boolean }[] = [];
  network.onSend = ({ body }) => sent.push(body);
  const nodes = new Map(
    ["a", "b"].map((id, index) => {
      const transport = network.attach(id);
      const ports = { transport, clock, random: new SeededRandom(index), log: { event: () => {} } };
      const node = composeBroadcastNode(
        { ...testSettings, acknowledgementDelay: 500 },
        ports,
        { self: id, members: ["a", "b"] },
        1,
      );
      transport.onMessage((from, body) => node.receive(from, body));
      node.start(new Map());
      return [id, node] as const;
    }),
  );
  const node = (id: string) => nodes.get(id) as BroadcastNode;
  return { clock, sent, node, broadcast: (id: string, value: string) => node(id).broadcast(value, () => {}) };
}
