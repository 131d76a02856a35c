import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { MemoryJournals } from "../../src/adapters/memory-journal/memory-journals.js";
import { type Flight, MemoryNetwork } from "../../src/adapters/memory-network/memory-network.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import type { ProtocolSettings } from "../../src/application/settings/protocol-settings.js";
import { composeBroadcastNode } from "../../src/composition/node.js";
import type { BroadcastNode } from "../../src/domain/ports/broadcast-node.js";
import type { LogEvent } from "../../src/domain/ports/log.js";
import { testSettings } from "../support/cluster.js";

const members = ["n0", "n1", "n2", "n3"];
const modes = ["rounds", "eager", "window"] as const;
const ring = new Map(
  members.map((id, index) => [id, [members[(index + 1) % 4], members[(index + 3) % 4]] as string[]]),
);

/** Members that were all initialised at 0, and have no topology yet. */
function initialised(settings: Partial<ProtocolSettings> = {}, journals?: MemoryJournals, clock = new FakeClock()) {
  const network = new MemoryNetwork(clock, () => 50);
  const sent: (Flight & { at: number })[] = [];
  const lines: string[] = [];
  network.onSend = (flight) => sent.push({ ...flight, at: clock.now() });
  const nodes = new Map(
    members.map((id, index) => {
      const transport = network.attach(id);
      const log = { event: ({ text }: LogEvent) => lines.push(`${id}: ${text}`) };
      const ports = { transport, clock, random: new SeededRandom(index), log };
      const node = composeBroadcastNode(
        { ...testSettings, ...settings },
        journals === undefined ? ports : { ...ports, openJournal: journals.open },
        { self: id, members },
        1,
      );
      transport.onMessage((from, body) => node.receive(from, body));
      node.standBy();
      return [id, node] as const;
    }),
  );
  return { clock, sent, lines, nodes, node: (id: string) => nodes.get(id) as BroadcastNode };
}

describe.each(modes)("a node without a topology (mode %s)", (mode) => {
  it.each([false, true])(
    "sends nothing for 10 s, and then what it has acknowledged (with a journal: %s)",
    (hasJournal) => {
      const clock = new FakeClock();
      const { sent, lines, node } = initialised({ mode }, hasJournal ? new MemoryJournals(clock) : undefined, clock);
      let isAcknowledged = false;
      node("n1").broadcast("early", () => {
        isAcknowledged = true;
      });
      clock.advance(10_000 - 1);
      expect([isAcknowledged, sent.length]).toEqual([true, 0]);
      clock.advance(10_000);
      for (const id of members) expect(node(id).values()).toEqual(["early"]);
      expect(lines).toContain("n1: no topology came within 10 s of init; taking part without one");
    },
  );

  it("takes part as soon as a member speaks to it", () => {
    const { clock, sent, node } = initialised({ mode });
    for (const id of ["n1", "n2"]) node(id).broadcast(`early of ${id}`, () => {});
    clock.advance(1000);
    expect(sent).toEqual([]);
    node("n0").start(new Map());
    node("n0").broadcast("of the root", () => {});
    clock.advance(7000);
    for (const id of members)
      expect([...node(id).values()].sort()).toEqual(["early of n1", "early of n2", "of the root"]);
  });

  it("is started by nothing but a message that is understood", () => {
    const { clock, sent, node } = initialised({ mode });
    node("n1").receive("n0", { type: "nonsense" });
    node("n1").broadcast("early", () => {});
    clock.advance(5000);
    expect(sent).toEqual([]);
  });

  it("does not begin after it has stopped", () => {
    const { clock, sent, node } = initialised({ mode });
    node("n1").broadcast("early", () => {});
    node("n1").stop();
    node("n1").receive("n0", { type: "probe", incarnation: 1, number: 1 });
    node("n1").start(new Map());
    clock.advance(9_000);
    expect(sent).toEqual([]);
  });

  it("sends not one message more or less when a topology comes after all", () => {
    const [late, never] = [false, true].map((isNever) => {
      const cluster = initialised({ mode });
      for (let value = 0; value < 40; value++) {
        cluster.node(`n${value % 4}`).broadcast(value, () => {});
        cluster.clock.advance(400);
        if (value === 30 && !isNever) for (const id of members) cluster.node(id).start(ring);
      }
      cluster.clock.advance(10_000);
      for (const id of members) expect(cluster.node(id).values()).toHaveLength(40);
      return cluster.sent;
    });
    expect(late).toEqual(never);
  });
});

describe.each(modes)("a node whose tree follows the topology (mode %s)", (mode) => {
  it("begins below the first member, changes its tree when the topology comes, and loses nothing", () => {
    const { clock, lines, node } = initialised({ mode, tree: "topology", fanOut: 2 });
    for (let value = 0; value < 60; value++) {
      node(`n${value % 4}`).broadcast(value, () => {});
      clock.advance(331);
      if (value === 40) for (const id of members) node(id).start(ring);
    }
    clock.advance(10_000);
    for (const id of members) expect(node(id).values()).toHaveLength(60);
    expect(lines.filter((line) => line.includes("taking part without")).length).toBeGreaterThan(0);
  });

  it("goes on waiting for acknowledgements of what left before the topology came", () => {
    const { clock, sent, node } = initialised({ mode, tree: "topology" });
    for (const id of members) node(id).start(new Map());
    clock.advance(3000);
    node("n3").broadcast("before", () => {});
    clock.advance(mode === "window" ? 110 : 1);
    for (const id of members) node(id).start(ring);
    clock.advance(60_000);
    for (const id of members) expect(node(id).values()).toEqual(["before"]);
    const last = sent.filter(({ body }) => (body as { type: string }).type === "gossip").at(-1);
    expect(last?.at).toBeLessThan(30_000);
  });
});
