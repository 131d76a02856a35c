import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { MemoryJournals } from "../../src/adapters/memory-journal/memory-journals.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { composeBroadcastNode } from "../../src/composition/node.js";
import type { BroadcastNode } from "../../src/domain/ports/broadcast-node.js";
import type { OpenJournal } from "../../src/domain/ports/journal.js";
import type { LogEvent } from "../../src/domain/ports/log.js";
import { testSettings } from "../support/cluster.js";

const members = ["a", "b", "c", "d"];
const modes = ["rounds", "eager", "window"] as const;
const LARGEST = Number.MAX_SAFE_INTEGER;

interface Process {
  readonly id: string;
  readonly node: BroadcastNode;
  readonly lines: string[];
  isAlive: boolean;
}

/** Processes on one network; several may have one id, and then each gets what is sent to it. */
function town(mode: (typeof modes)[number]) {
  const clock = new FakeClock();
  const processes: Process[] = [];
  const sent: { from: Process; to: string; body: { type: string } }[] = [];
  const begin = (id: string, incarnation: number, openJournal?: OpenJournal): Process => {
    const lines: string[] = [];
    const transport = {
      maxMessageBytes: 2 ** 23,
      send: (to: string, body: object) => {
        if (!process.isAlive) return;
        sent.push({ from: process, to, body: body as { type: string } });
        clock.schedule(50, () => {
          for (const receiver of processes) if (receiver.id === to && receiver.isAlive) receiver.node.receive(id, body);
        });
      },
      onMessage: () => {},
      close: async () => {},
    };
    const ports = {
      transport,
      clock,
      random: new SeededRandom(processes.length),
      log: { event: ({ text }: LogEvent) => lines.push(text) },
    };
    const node = composeBroadcastNode(
      { ...testSettings, mode },
      openJournal === undefined ? ports : { ...ports, openJournal },
      { self: id, members },
      incarnation,
    );
    const process: Process = { id, node, lines, isAlive: true };
    processes.push(process);
    node.start(new Map());
    return process;
  };
  const end = (process: Process) => {
    process.isAlive = false;
    process.node.stop();
  };
  const say = (process: Process, value: string) => process.node.broadcast(value, () => {});
  return { clock, sent, processes, begin, end, say };
}

describe.each(modes)("a node that is ignored because others know a later life of it (mode %s)", (mode) => {
  it.each(["b", "a"])("goes on in a later life after a second process was %s for a moment, and says so once", (id) => {
    const { clock, processes, begin, end, say } = town(mode);
    for (const member of members) begin(member, 1000);
    const first = processes.find((process) => process.id === id) as Process;
    clock.advance(3000);
    say(first, "before");
    clock.advance(3000);
    const second = begin(id, 2000);
    say(second, "of the second");
    clock.advance(300);
    end(second);
    for (let value = 0; value < 20; value++) {
      say(first, `after ${value}`);
      clock.advance(500);
    }
    clock.advance(15_000);
    for (const { id: member, node, isAlive } of processes)
      if (isAlive)
        for (let value = 0; value < 20; value++) expect([member, node.has(`after ${value}`)]).toEqual([member, true]);
    const told = first.lines.filter((line) => line.includes("ignores incarnation 1000 of this node"));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain("knows incarnation 2000");
  });

  it("is heard again when it restarts with a clock that was set back, with and without a journal", () => {
    for (const hasJournal of [false, true]) {
      const { clock, processes, begin, end, say } = town(mode);
      const journals = new MemoryJournals(clock);
      for (const id of members) begin(id, 5000, hasJournal ? journals.open : undefined);
      clock.advance(3000);
      const b = processes[1] as Process;
      say(b, "before");
      clock.advance(5000);
      end(b);
      const again = begin("b", 100, hasJournal ? journals.open : undefined);
      say(again, "after");
      clock.advance(15_000);
      for (const { node, isAlive } of processes)
        if (isAlive) expect([...node.values()].sort()).toEqual(["after", "before"]);
    }
  });

  it("does not overtake a second process that stays alive for ever more often than once a minute", () => {
    const { clock, processes, sent, begin, say } = town(mode);
    for (const id of members) begin(id, 1000);
    const first = processes[1] as Process;
    clock.advance(3000);
    const second = begin("b", 2000);
    const lines = () => first.lines.length + second.lines.length;
    const talk = (rounds: number) => {
      for (let value = 0; value < rounds; value++) {
        say(first, `first ${sent.length}`);
        say(second, `second ${sent.length}`);
        clock.advance(1000);
      }
    };
    talk(200);
    const [messages, told] = [sent.length, lines()];
    talk(200);
    expect(lines() - told).toBeLessThan(20);
    // 20 a second, for two values.
    expect(sent.length - messages).toBeLessThan(200 * 20);
    const [a] = processes as [Process];
    clock.advance(120_000);
    for (const value of first.node.values().slice(0, 300)) expect(a.node.has(value)).toBe(true);
  });

  it("is told once a second, however much it says", () => {
    const { clock, processes, sent, begin } = town(mode);
    for (const id of members) begin(id, 1000);
    clock.advance(3000);
    const [a] = processes as [Process];
    a.node.receive("b", { type: "probe", incarnation: 2000, number: 1 });
    sent.length = 0;
    for (let number = 1; number <= 500; number++) {
      a.node.receive("b", { type: "probe", incarnation: 1500, number });
      clock.advance(10);
    }
    expect(sent.filter(({ from, body }) => from === a && body.type === "stale").length).toBeLessThanOrEqual(6);
  });

  it("is told at once of each later life, since another process with its id may have had the answer about the last one", () => {
    const { clock, processes, sent, begin } = town(mode);
    for (const id of members) begin(id, 1000);
    clock.advance(3000);
    const [a] = processes as [Process];
    const told = () => sent.filter(({ from, body }) => from === a && body.type === "stale").map(({ body }) => body);
    for (const incarnation of [3000, 2000, 4000, 2000, 3000])
      a.node.receive("b", { type: "probe", incarnation, number: 1 });
    expect(told()).toMatchObject([{ known: 3000 }, { known: 4000 }]);
  });

  it.each([
    ["an acknowledgement", { type: "gossip_ok", ack: { incarnation: 2000, ranges: [[1, 1]], held: 0 } }],
    ["an answer to a probe", { type: "probe_ok", of: 2000, number: 1, held: 0 }],
  ])("goes on in a later life when it gets %s that is meant for a later one than its own", (_, message) => {
    const { clock, processes, begin } = town(mode);
    for (const id of members) begin(id, 1000);
    clock.advance(3000);
    const b = processes[1] as Process;
    b.node.receive("a", { ...message, incarnation: 1000 });
    expect(b.lines).toHaveLength(1);
    expect(b.lines[0]).toContain("a ignores incarnation 1000 of this node because it knows incarnation 2000");
  });

  it("gets what a second process accepted while it was idle itself", () => {
    const { clock, processes, begin, end, say } = town(mode);
    for (const id of members) begin(id, 1000);
    clock.advance(3000);
    const first = processes[1] as Process;
    say(first, "of the first");
    clock.advance(10_000);
    const second = begin("b", 2000);
    say(second, "of the second");
    clock.advance(3000);
    end(second);
    clock.advance(15_000);
    expect(first.node.has("of the second")).toBe(true);
  });

  it("believes no incarnation that leaves no room for a later one", () => {
    const { clock, processes, begin, say } = town(mode);
    for (const id of members) begin(id, 1000);
    clock.advance(3000);
    const b = processes[1] as Process;
    for (const known of [LARGEST, LARGEST - 1, -1, 1.5]) {
      b.node.receive("c", { type: "stale", incarnation: 1000, known });
      b.node.receive("c", { type: "probe_ok", incarnation: 1000, of: known, number: 1, held: 0 });
      const ack = { incarnation: known, ranges: [[1, 1]], held: 0 };
      b.node.receive("c", { type: "gossip_ok", incarnation: 1000, ack });
    }
    expect(b.lines.filter((line) => line.includes("continuing as"))).toEqual([]);
    for (const known of [LARGEST - 2 ** 21, LARGEST - 2 ** 20])
      b.node.receive("c", { type: "stale", incarnation: 1000, known });
    expect(b.lines.filter((line) => line.includes("continuing as"))).toHaveLength(1);
    say(b, "still heard");
    clock.advance(15_000);
    for (const { node, lines } of processes) {
      expect(node.values()).toEqual(["still heard"]);
      // The others acknowledge the new incarnation.
      expect(lines.filter((line) => line.startsWith("dropped a malformed message") && lines !== b.lines)).toEqual([]);
    }
    expect(b.lines.filter((line) => line.startsWith("dropped a malformed message of a"))).toEqual([]);
  });

  it("accepts a hint from an earlier life of the sender: otherwise the two would ignore each other permanently", () => {
    const { clock, processes, begin, end, say } = town(mode);
    const [a, b] = [begin("a", 1000), begin("b", 1000)];
    const others = [begin("a", 2000), begin("b", 2000)];
    clock.advance(3000);
    for (const process of others) say(process, `of the second ${process.id}`);
    clock.advance(3000);
    for (const process of others) end(process);
    say(a, "of the first a");
    say(b, "of the first b");
    clock.advance(30_000);
    expect(processes.filter(({ isAlive }) => isAlive)).toEqual([a, b]);
    for (const { id, node } of [a, b])
      expect([id, node.has("of the first a"), node.has("of the first b")]).toEqual([id, true, true]);
  });

  it("ignores word of its own life and of earlier ones", () => {
    const { clock, processes, begin } = town(mode);
    for (const id of members) begin(id, 1000);
    clock.advance(3000);
    const b = processes[1] as Process;
    for (const known of [0, 999, 1000]) b.node.receive("c", { type: "stale", incarnation: 1000, known });
    expect(b.lines).toEqual([]);
  });
});
