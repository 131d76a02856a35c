import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { MemoryJournals } from "../../../src/adapters/memory-journal/memory-journals.js";
import { MemoryNetwork } from "../../../src/adapters/memory-network/memory-network.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import { resolveSettings } from "../../../src/application/settings/settings.js";
import { composeMaelstromNode } from "../../../src/composition-root.js";
import type { Transport } from "../../../src/domain/ports/transport.js";
import { NodeClock } from "../../../src/workbench/virtual-cluster/node-clock.js";
import type { Conversation } from "../conversation.js";
import type { Scenarios } from "./scenarios.js";

const PRESETS = ["default", "frugal", "eager", "proposal"] as const;
const MEMBERS = Array.from({ length: 9 }, (_, index) => `n${index}`);

/** What clients of Maelstrom ask, rightly and wrongly, and trees out of the topology that they give. */
export function* maelstrom(): Scenarios {
  for (const preset of PRESETS) {
    yield [`topology-${preset}`, (conversation) => grid(conversation, { preset, tree: "topology" })];
    yield [`requests-${preset}`, (conversation) => grid(conversation, { preset, ack: "all" }, true)];
  }
}

/** A grid of three by three, whose members are told of it one after the other, and later that a corner is cut off. */
function grid(conversation: Conversation, given: Record<string, unknown>, withJournals = false): void {
  const scene = new MaelstromScene(conversation, given, withJournals);
  scene.ask("n4", { type: "broadcast", message: "too early" });
  scene.ask("n4", { type: "topology", topology: {} });
  for (const member of MEMBERS) scene.ask(member, { type: "init", node_id: member, node_ids: MEMBERS });
  scene.ask("n3", { type: "init", node_id: "n3", node_ids: ["n3"] });
  for (const member of MEMBERS) {
    scene.ask(member, { type: "topology", topology: gridOf(3) });
    scene.run(70);
  }
  for (let value = 0; value < 40; value++) {
    if (value === 10) scene.silent.add("n1");
    if (value === 20) scene.silent.clear();
    if (value === 25) scene.restart("n4");
    if (value === 30) for (const member of MEMBERS) scene.ask(member, { type: "topology", topology: gridOf(2) });
    scene.ask(MEMBERS[(value * 5) % 9] as string, { type: "broadcast", message: value % 7 === 0 ? { value } : value });
    scene.run(300);
  }
  for (const body of [
    { type: "read" },
    { type: "write" },
    { type: "broadcast" },
    {},
    { type: "topology", topology: 1 },
  ])
    scene.ask("n8", body);
  scene.run(60_000);
  for (const member of MEMBERS) scene.ask(member, { type: "read" });
  scene.run(1000);
}

/** The neighbours in a square grid; who does not fit into it has none. */
function gridOf(side: number): Record<string, string[]> {
  const nameOf = (row: number, column: number) =>
    Math.min(row, column) >= 0 && Math.max(row, column) < side ? [MEMBERS[row * side + column] as string] : [];
  return Object.fromEntries(
    Array.from({ length: side * side }, (_, index) => [Math.floor(index / side), index % side] as const).map(
      ([row, column]) => [
        MEMBERS[row * side + column],
        [
          ...nameOf(row - 1, column),
          ...nameOf(row, column - 1),
          ...nameOf(row, column + 1),
          ...nameOf(row + 1, column),
        ],
      ],
    ),
  );
}

/** Maelstrom's nodes on a fake clock, and one client. */
class MaelstromScene {
  private readonly clock = new FakeClock();
  /** Members that nothing reaches, and that reach nobody. */
  readonly silent = new Set<string>();
  private readonly random = new SeededRandom(29);
  private readonly chance = this.random.fork();
  private readonly client: Transport;
  private readonly network = new MemoryNetwork(this.clock, ({ from, to }) => this.latency(from, to));
  private readonly journals = new MemoryJournals(this.clock);
  private readonly clocks = new Map<string, NodeClock>();
  private requests = 0;
  private incarnation = 0;

  constructor(
    private readonly conversation: Conversation,
    private readonly given: Record<string, unknown>,
    private readonly withJournals: boolean,
  ) {
    conversation.now = () => this.clock.now();
    this.network.onSend = ({ from, to, body }) => {
      if (from === "c1") return;
      const { text, ...what } = body as { text?: string };
      if (to === "c1") conversation.told(from, what);
      else conversation.message(from, to, body);
      if (text !== undefined) conversation.line(from, text);
    };
    this.client = this.network.attach("c1");
    this.client.onMessage(() => {});
    for (const member of MEMBERS) this.start(member);
  }

  ask(member: string, body: object): void {
    this.client.send(member, { ...body, msg_id: ++this.requests });
  }

  run(duration: number): void {
    this.clock.advance(duration);
  }

  /** Kills a node, which comes back as it was, and is told at once who it is, but nothing of the topology. */
  restart(member: string): void {
    this.clocks.get(member)?.die();
    this.journals.crash(member);
    this.start(member);
    this.ask(member, { type: "init", node_id: member, node_ids: MEMBERS });
    this.ask(member, { type: "topology", topology: {} });
  }

  private start(member: string): void {
    const clock = new NodeClock({ clock: this.clock, random: this.random.fork() });
    this.clocks.set(member, clock);
    const service = composeMaelstromNode(resolveSettings(this.given), {
      transport: this.network.attach(member),
      clock,
      random: this.random.fork(),
      log: { event: ({ text }) => this.conversation.line(member, text) },
      incarnation: ++this.incarnation,
      ...(this.withJournals && { openJournal: this.journals.open }),
    });
    service.start();
  }

  private latency(from: string, to: string): number | undefined {
    if (from === "c1" || to === "c1") return 1;
    return this.silent.has(from) || this.silent.has(to) ? undefined : 30 + Math.floor(10 * this.chance.next());
  }
}
