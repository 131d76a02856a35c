import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { MemoryJournals } from "../../../src/adapters/memory-journal/memory-journals.js";
import { type Flight, MemoryNetwork } from "../../../src/adapters/memory-network/memory-network.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import type { PresetName } from "../../../src/application/settings/presets.js";
import { resolveSettings } from "../../../src/application/settings/settings.js";
import { composeBroadcastNode } from "../../../src/composition/node.js";
import { WRITE_CONCERN } from "../../../src/domain/config.js";
import type { BroadcastNode } from "../../../src/domain/ports/broadcast-node.js";
import type { UnmetWriteConcern, WriteConcern } from "../../../src/domain/write-concern/write-concern.js";

/** What came of a broadcast. */
interface Answer {
  /** After how many ms it came. */
  readonly after: number;
  readonly shortfall: UnmetWriteConcern | undefined;
  /** How many nodes had the value at that moment. */
  readonly holders: number;
}

interface Options {
  readonly size: number;
  readonly preset: PresetName;
  readonly fanOut?: number;
  readonly journal?: boolean;
  readonly seed?: number;
  /** In ms; `undefined` loses the message. */
  readonly latency?: (flight: Flight, random: SeededRandom) => number | undefined;
}

/** A cluster whose broadcasts wait for an assurance, on one fake clock. */
export class AssuredCluster {
  readonly clock = new FakeClock();
  readonly answers: Answer[] = [];
  readonly members: readonly string[];
  readonly sent: Flight[] = [];
  isCut: (flight: Flight) => boolean = () => false;
  private readonly nodes = new Map<string, BroadcastNode>();
  private readonly random: SeededRandom;
  private readonly network: MemoryNetwork;
  private readonly journals: MemoryJournals | undefined;
  private lives = 0;

  constructor(private readonly options: Options) {
    const { size, journal = false, seed = 1, latency = () => 100 } = options;
    this.random = new SeededRandom(seed);
    const chance = this.random.fork();
    this.network = new MemoryNetwork(this.clock, (flight) =>
      this.isCut(flight) ? undefined : latency(flight, chance),
    );
    this.network.onSend = (flight) => this.sent.push(flight);
    this.journals = journal ? new MemoryJournals(this.clock) : undefined;
    this.members = Array.from({ length: size }, (_, index) => `n${index}`);
    for (const member of this.members) this.start(member);
  }

  start(self: string): void {
    const { preset, fanOut } = this.options;
    const transport = this.network.attach(self);
    const node = composeBroadcastNode(
      resolveSettings({ preset, fanOut }),
      {
        transport,
        clock: this.clock,
        random: this.random.fork(),
        log: { event: () => {} },
        ...(this.journals && { openJournal: this.journals.open }),
      },
      { self, members: this.members },
      ++this.lives,
    );
    this.nodes.set(self, node);
    transport.onMessage((from, body) => node.receive(from, body));
    node.start(new Map());
  }

  /** Nothing reaches the member any more, nor leaves it. */
  isolate(...away: readonly string[]): void {
    this.isCut = ({ from, to }) => away.includes(from) !== away.includes(to);
  }

  /** How many members would know the value after a power cut at this moment. */
  survivors(value: string): number {
    return this.members.filter((member) => this.journals?.holdsForGood(member, value) === true).length;
  }

  broadcast(
    self: string,
    value: string,
    nodes: WriteConcern["nodes"],
    timeout = WRITE_CONCERN.timeout,
    whenAnswered: () => void = () => {},
  ): void {
    const at = this.clock.now();
    this.nodes.get(self)?.broadcast(
      value,
      (shortfall) => {
        const holders = [...this.nodes.values()].filter((node) => node.has(value)).length;
        this.answers.push({ after: this.clock.now() - at, shortfall, holders });
        whenAnswered();
      },
      { nodes, timeout },
    );
  }

  /** Broadcasts at all nodes in turn, each after `gap` ms. */
  load(count: number, gap: number, nodes: WriteConcern["nodes"], name = "v"): void {
    for (let value = 0; value < count; value++) {
      this.broadcast(this.members[value % this.members.length] as string, `${name}${value}`, nodes);
      this.clock.advance(gap);
    }
  }

  run(duration: number): void {
    this.clock.advance(duration);
  }

  /** Broadcasts at random nodes, at random times, `rate` a second; the values' names begin with `name`. Returns how many there were. */
  randomLoad(rate: number, duration: number, nodes: WriteConcern["nodes"], name: string): number {
    const end = this.clock.now() + duration;
    let count = 0;
    for (;;) {
      const gap = (-Math.log(1 - this.random.next()) * 1000) / rate;
      if (this.clock.now() + gap > end) break;
      this.clock.advance(gap);
      const member = this.members[Math.floor(this.random.next() * this.members.length)] as string;
      this.broadcast(member, `${name}${count++}`, nodes);
    }
    this.clock.advance(end - this.clock.now());
    return count;
  }
}
