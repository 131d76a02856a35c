/**
 * `npm run contract -- VERSION`: records what members say in this version, for all later versions to understand. What is
 * recorded once is never written anew: it is what the nodes say that are out there.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { FileJournals } from "../../src/adapters/journal-file/file-journals.js";
import type { PresetName } from "../../src/application/settings/presets.js";
import type { PeerMessage } from "../../src/domain/messages.js";
import { drawScenario } from "../../src/workbench/simulation/draw-scenario.js";
import { simulate } from "../../src/workbench/simulation/simulation.js";
import { type RecordedEvent, type Recording, writeRecording } from "./conversation.js";

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

/** A journal of two lives, with values of three authors, of which the first were let go of. */
function recordJournal(folder: string): void {
  const clock = new FakeClock();
  const journals = new FileJournals({ clock, log: { line: () => {} } }, folder, { fsync: "never" });
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

const version = process.argv[2];
if (version === undefined) throw new Error("npm run contract -- VERSION: the version that is recorded");
const folder = join("test/contract/recorded", version);
if (existsSync(folder)) throw new Error(`${folder} is there already, and is kept as it is`);
mkdirSync(folder, { recursive: true });
for (const preset of ["default", "eager", "proposal"] as const)
  for (const kind of ["calm", "troubled"] as const)
    for (const self of ["n0", "n1"])
      writeFileSync(join(folder, `${kind}-${preset}-${self}.jsonl`), writeRecording(recorded(self, preset, kind)));
recordJournal(join(folder, "journal"));
