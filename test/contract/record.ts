/**
 * `npm run contract -- VERSION`: records the messages of members of this version, for all later versions to understand.
 * It adds missing files, and never rewrites a file: nodes in use send the messages that were recorded.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMPACT_VERSION } from "../../src/adapters/compact-wire/codec.js";
import { CompactWire } from "../../src/adapters/compact-wire/compact-wire.js";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { FileJournals } from "../../src/adapters/journal-file/file-journals.js";
import { MemoryNetwork } from "../../src/adapters/memory-network/memory-network.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import type { PresetName } from "../../src/application/settings/presets.js";
import { resolveSettings } from "../../src/application/settings/settings.js";
import { composeBroadcastNode } from "../../src/composition/node.js";
import type { PeerMessage } from "../../src/domain/messages.js";
import type { OpenJournal } from "../../src/domain/ports/journal.js";
import { SMALLEST_MESSAGE_LIMIT } from "../../src/domain/ports/transport.js";
import type { JsonValue } from "../../src/domain/values/json-value.js";
import { drawScenario } from "../../src/workbench/simulation/draw-scenario.js";
import { simulate } from "../../src/workbench/simulation/simulation.js";
import { type RecordedEvent, type Recording, readRecording, type WireMessage, writeRecording } from "./conversation.js";

const MEMBERS = 5;
const MOST_VALUES = 40;
/** One with losses in it. */
const SEED = 7;
/** Two kinds of clusters. In a calm one all that a member says is said again by any other in its place; losses are made up for in many ways. */
const FAULTS = { calm: [], troubled: ["loss", "cut", "partition"] } as const;
type Kind = keyof typeof FAULTS;

/** The simulator's members say nothing else to one another. */
const peerMessage = (body: object): PeerMessage => body as PeerMessage;

/** What a member hears and says in a simulated cluster. */
function recorded(self: string, preset: PresetName, kind: Kind): Recording {
  const scenario = {
    ...drawScenario(SEED, { nodes: MEMBERS, preset, fanOut: 2, journal: false, ack: "all", faults: FAULTS[kind] }),
    ...(kind === "calm" && { latency: { kind: "constant", mean: 100 } as const }),
    clocks: Array.from({ length: MEMBERS }, () => ({ origin: 0, drift: 0 })),
    starts: new Array<number>(MEMBERS).fill(0),
  };
  const kept = { ...scenario, values: scenario.values.slice(0, MOST_VALUES) };
  const events: RecordedEvent[] = [];
  let incarnation = 0;
  simulate(kept, {
    withoutIdleTime: true,
    watcher: {
      messages: {
        workloadBegan: () => {},
        sent: (at, { src, dest, body }) => {
          if (src !== self) return;
          incarnation = peerMessage(body).incarnation;
          events.push({ at, to: dest, body: peerMessage(body) });
        },
        delivered: (at, { src, dest, body }) => {
          if (dest === self) events.push({ at, from: src, body: peerMessage(body) });
        },
        lost: () => {},
      },
      given: (at, member, value) => {
        if (`n${member}` === self) events.push({ at, accepts: value });
      },
      acknowledged: () => {},
      learned: () => {},
      ended: () => {},
    },
  });
  const members = scenario.clocks.map((_, index) => `n${index}`);
  return { self, members, incarnation, preset, fanOut: 2, ack: "all", events };
}

/** A cluster of two members, in which each process is recorded on its own. */
class Pair {
  readonly clock = new FakeClock();
  private readonly network = new MemoryNetwork(this.clock, () => 50);

  /** Starts a process. Its recording grows from now on. */
  start(self: string, incarnation: number, options: { maxMessageBytes?: number; openJournal?: OpenJournal } = {}) {
    const { maxMessageBytes, ...journal } = options;
    const startedAt = this.clock.now();
    const events: RecordedEvent[] = [];
    const at = () => this.clock.now() - startedAt;
    const transport = this.network.attach(self, maxMessageBytes);
    const members = ["n0", "n1"];
    const preset = "default";
    const node = composeBroadcastNode(
      resolveSettings({ preset }),
      {
        clock: this.clock,
        random: new SeededRandom(1),
        log: { event: () => {} },
        transport: {
          maxMessageBytes: transport.maxMessageBytes,
          send: (to, body) => {
            events.push({ at: at(), to, body: body as WireMessage });
            transport.send(to, body);
          },
          onMessage: () => {},
          close: () => transport.close(),
        },
        ...journal,
      },
      { self, members },
      incarnation,
    );
    transport.onMessage((from, body) => {
      events.push({ at: at(), from, body: body as WireMessage });
      node.receive(from, body);
    });
    node.start(new Map());
    const accept = (value: JsonValue) => {
      events.push({ at: at(), accepts: value });
      node.broadcast(value, () => {});
    };
    const recording: Recording = { self, members, incarnation, preset, fanOut: 32, ack: 1, events };
    return { node, accept, recording };
  }
}

/** n1 starts again after its clock was set back. n0 ignores it, and says so; n1 continues with a later incarnation. */
function recordedStale(self: "n0" | "n1"): Recording {
  const pair = new Pair();
  const n0 = pair.start("n0", 1000);
  const before = pair.start("n1", 2000);
  before.accept(1);
  pair.clock.advance(5_000);
  before.node.stop();
  pair.clock.advance(1_000);
  const after = pair.start("n1", 1500);
  after.accept(2);
  n0.accept(3);
  pair.clock.advance(30_000);
  return self === "n0" ? n0.recording : after.recording;
}

/** n0 accepts a value that crosses the network in fragments. */
function recordedFragments(): Recording {
  const pair = new Pair();
  const limit = { maxMessageBytes: SMALLEST_MESSAGE_LIMIT };
  const n0 = pair.start("n0", 1000, limit);
  const n1 = pair.start("n1", 2000, limit);
  n0.accept("large ".repeat(1_000));
  pair.clock.advance(30_000);
  return n1.recording;
}

/** n0 has values of so many authors that it compares them by summaries with n1, which begins with none. */
function recordedSummary(): Recording {
  const pair = new Pair();
  const records = Array.from({ length: 150 }, (_, index) => ({
    author: `n1@${1838492391000000 + index}`,
    number: 1,
    value: index,
  }));
  const journal = { append: () => {}, sync: (whenDurable: () => void) => whenDurable(), close: () => {} };
  const openJournal = () => ({ journal, records, incarnation: 1000, hasLivedBefore: true, problems: [] });
  pair.start("n0", 1000, { openJournal });
  const n1 = pair.start("n1", 1838492400000000);
  pair.clock.advance(200_000);
  return n1.recording;
}

/** A journal of two lives, with values of three authors, of which the first were let go of. */
function recordJournal(folder: string): void {
  const clock = new FakeClock();
  const journals = new FileJournals({ clock, log: { event: () => {} } }, folder, { fsync: "never" });
  for (const life of [1000, 2000]) {
    const { journal } = journals.open("n0", life);
    for (let number = 1; number <= 10; number++) {
      journal.append({ author: `n0@${life}`, number, value: number });
      journal.append({
        author: "n1@1500",
        number: number + life,
        value: { text: `${number}`, deep: [null, true, 0.5] },
      });
    }
    journal.forget?.([[`n0@${life}`, 1, 3]]);
    journal.close();
  }
}

/**
 * Records the frames of the compact wire for the messages of a file, in their order, a line for each: base64 of the names that are new
 * on this connection, and of the message.
 */
function recordCompact(file: string): string {
  const { self, events } = readRecording(readFileSync(file, "utf8"));
  const wires = new Map<string, CompactWire>();
  const defined = new Map<string, number>();
  const lines = events.flatMap((event) => {
    if (!("body" in event)) return [];
    const [from, to] = "from" in event ? [event.from, self] : [self, event.to];
    const wire = wires.get(from) ?? new CompactWire(from);
    wires.set(from, wire);
    const frame = wire.frame(to, event.body);
    if (frame === undefined) throw new Error(`${file} has a message without a frame`);
    const definitions = wire.definitions(defined.get(`${from} ${to}`) ?? 0);
    defined.set(`${from} ${to}`, wire.nameCount);
    return [Buffer.concat([...definitions, frame]).toString("base64")];
  });
  return `${lines.join("\n")}\n`;
}

const version = process.argv[2];
if (version === undefined) throw new Error("npm run contract -- VERSION: the version that is recorded");
const folder = join("test/contract/recorded", version);
mkdirSync(folder, { recursive: true });
/** A file that exists stays as it is. */
const keep = (name: string, recording: () => Recording) => {
  const file = join(folder, `${name}.jsonl`);
  if (!existsSync(file)) writeFileSync(file, writeRecording(recording()));
};
for (const preset of ["default", "eager", "proposal"] as const)
  for (const kind of ["calm", "troubled"] as const)
    for (const self of ["n0", "n1"] as const) keep(`${kind}-${preset}-${self}`, () => recorded(self, preset, kind));
for (const self of ["n0", "n1"] as const) keep(`calm-stale-${self}`, () => recordedStale(self));
// calm-divided-n1 is older: today its digest would be a summary.
keep("calm-fragments-n1", recordedFragments);
keep("calm-summary-n1", recordedSummary);
if (!existsSync(join(folder, "journal"))) recordJournal(join(folder, "journal"));
const compact = join(folder, `compact-${COMPACT_VERSION}`);
mkdirSync(compact, { recursive: true });
for (const name of readdirSync(folder).filter((file) => file.endsWith(".jsonl"))) {
  const file = join(compact, name.replace(/jsonl$/, "base64"));
  if (!existsSync(file)) writeFileSync(file, recordCompact(join(folder, name)));
}
