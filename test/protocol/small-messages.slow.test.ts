import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { MemoryNetwork } from "../../src/adapters/memory-network/memory-network.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { resolveSettings } from "../../src/application/settings/settings.js";
import { composeBroadcastNode } from "../../src/composition/node.js";
import type { LogEvent } from "../../src/domain/ports/log.js";
import { SMALLEST_MESSAGE_LIMIT } from "../../src/domain/ports/transport.js";
import { drawScenario } from "../../src/workbench/simulation/draw-scenario.js";
import type { Scenario } from "../../src/workbench/simulation/scenario.js";
import { simulate } from "../../src/workbench/simulation/simulation.js";

/** Two nodes that have read these dots from their journals, on a transport of the smallest size. */
function reconciled(records: Readonly<Record<string, readonly [author: number, number: number][]>>) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const network = new MemoryNetwork(clock, () => 50, { line: (text) => lines.push(text) });
  const types = new Set<string>();
  let bytes = 0;
  let largest = 0;
  network.onSend = ({ body }) => {
    const size = Buffer.byteLength(JSON.stringify(body));
    bytes += size;
    largest = Math.max(largest, size);
    types.add((body as { type: string }).type);
  };
  const members = Object.keys(records);
  const nodes = members.map((self, index) => {
    const journal = { append: () => {}, sync: (task: () => void) => task(), close: () => {} };
    const opened = {
      journal,
      records: (records[self] ?? []).map(([author, number]) => ({
        author: `m${author}@1838492391000000`,
        number,
        value: `${author}/${number}`,
      })),
      incarnation: 1000 + index,
      hasLivedBefore: true,
      problems: [],
    };
    const transport = network.attach(self, SMALLEST_MESSAGE_LIMIT);
    const log = { event: ({ text }: LogEvent) => lines.push(text) };
    const ports = { transport, clock, random: new SeededRandom(index), log, openJournal: () => opened };
    const node = composeBroadcastNode(resolveSettings({ preset: "default" }), ports, { self, members }, 1);
    transport.onMessage((from, body) => node.receive(from, body));
    node.start(new Map());
    return node;
  });
  clock.advance(30_000);
  return { nodes, lines, types, bytes, largest };
}

describe("two nodes with messages of 1,400 bytes", () => {
  const dots = fc.array(fc.tuple(fc.nat(150), fc.integer({ min: 1, max: 40 })), { maxLength: 500 });

  it("find out what each of them lacks, by messages that fit, whatever they have", () => {
    fc.assert(
      fc.property(dots, dots, dots, (both, one, other) => {
        const { nodes, lines, types, largest } = reconciled({ n0: [...both, ...one], n1: [...both, ...other] });
        const expected = new Set([...both, ...one, ...other].map((dot) => dot.join("/")));
        for (const node of nodes) expect(new Set(node.values())).toEqual(expected);
        expect(largest).toBeLessThanOrEqual(SMALLEST_MESSAGE_LIMIT);
        expect(types).not.toContain("part");
        expect(lines).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it("exchange little if little differs", () => {
    const dots = Array.from({ length: 2_000 }, (_, author): [number, number] => [author, 1]);
    const same = reconciled({ n0: dots, n1: dots });
    const different = reconciled({ n0: dots, n1: dots.filter(([author]) => author !== 1_234) });
    for (const node of different.nodes) expect(node.values()).toHaveLength(2_000);
    // A list of 2,000 authors takes about 60,000 bytes.
    expect(same.bytes).toBeLessThan(6_000);
    expect(different.bytes).toBeLessThan(20_000);
  });
});

/** Members whose vectors exceed a message many times; one message in ten is lost for as long as values come. */
function lossy(preset: Scenario["preset"], nodes: number, ack: Scenario["ack"] = 1): Scenario {
  const values = Array.from({ length: 3 * nodes }, (_, value) => ({ value, at: 100 * value, node: value % nodes }));
  const scenario = drawScenario(3, { nodes, preset, fanOut: 4, journal: false, faults: [], smallMessages: true });
  const { births, ...rest } = scenario;
  return {
    ...rest,
    ack,
    idLength: 100,
    latency: { kind: "constant", mean: 50 },
    starts: scenario.starts.map(() => 0),
    values,
    faults: [{ kind: "loss", permille: 100, extra: 0, from: 0, until: 300 * nodes }],
  };
}

describe("a cluster with messages of 1,400 bytes, of which a tenth is lost", () => {
  it.each([
    ["default", 1],
    ["frugal", "all"],
    ["eager", 2],
    ["proposal", 1],
  ] as const)("keeps every promise with preset %s and --ack %s", (preset, ack) => {
    const { violation, summaries } = simulate(lossy(preset, 24, ack));
    expect(violation).toBeUndefined();
    expect(summaries).toBeGreaterThan(10);
  });

  it("keeps every promise with 200 authors", () => {
    const { violation, summaries } = simulate({ ...lossy("frugal", 200), idLength: 0 });
    expect(violation).toBeUndefined();
    expect(summaries).toBeGreaterThan(100);
  });
});
