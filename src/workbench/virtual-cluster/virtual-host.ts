import type { MemoryJournals } from "../../adapters/memory-journal/memory-journals.js";
import type { SeededRandom } from "../../adapters/seeded-random/seeded-random.js";
import type { Settings } from "../../application/settings/settings.js";
import { composeMaelstromNode } from "../../composition-root.js";
import type { Clock } from "../../domain/ports/clock.js";
import type { MessageListener, Transport } from "../../domain/ports/transport.js";
import type { NodeEvents, NodeHandle, NodeHost } from "../model/node-host.js";
import { type ClockFaults, NodeClock } from "./node-clock.js";
import type { SharedProcessor } from "./shared-processor.js";

/** Properties of virtual nodes that real ones have by nature. */
export interface VirtualHostOptions {
  /** Deviations of the nodes' timers; perfect ones if absent. */
  readonly clockFaults?: ClockFaults | undefined;
  /** The machine that the nodes share; each has its own, infinitely fast, if absent. */
  readonly processor?: SharedProcessor | undefined;
  /** The nodes' journals; none if absent. */
  readonly journals?: MemoryJournals | undefined;
}

interface VirtualHostDeps {
  /** The bench's clock, on which everything runs. */
  readonly clock: Clock;
  /** Source of the nodes' random numbers and their clocks' faults. */
  readonly random: SeededRandom;
}

/** Runs whole nodes inside this process, on the bench's clock: the same code as the Maelstrom binary, without the lines. */
export class VirtualHost implements NodeHost {
  /** Number of lives started so far: each gets the next incarnation. */
  private lives = 0;

  constructor(
    private readonly deps: VirtualHostDeps,
    private readonly settings: Settings,
    private readonly options: VirtualHostOptions = {},
  ) {}

  start(nodeId: string, events: NodeEvents): NodeHandle {
    const { clockFaults, journals, processor } = this.options;
    const run = processor?.process() ?? ((event: () => void) => event());
    const clock = new NodeClock({ clock: this.deps.clock, random: this.deps.random.fork(), run }, clockFaults);
    let listener: MessageListener | undefined;
    const transport: Transport = {
      maxMessageBytes: 2 ** 23,
      send: (to, body) => {
        const message = { src: nodeId, dest: to, body: snapshot(body) };
        clock.whenRunning(() => events.printed({ message, bytes: 0 }));
      },
      onMessage: (given) => {
        listener = given;
      },
      close: async () => {},
    };
    const service = composeMaelstromNode(this.settings, {
      transport,
      clock,
      ...(journals && { openJournal: journals.open }),
      random: this.deps.random.fork(),
      log: { event: () => {} },
      incarnation: ++this.lives,
    });
    service.start();
    return {
      deliver: ({ message }) => {
        // A node works after the bench has finished handing over a message, as a process would.
        this.deps.clock.schedule(0, () => run(() => clock.whenRunning(() => listener?.(message.src, message.body))));
        return true;
      },
      stop: () => clock.die(),
      kill: (gone) => {
        clock.die();
        journals?.crash(nodeId);
        gone();
      },
      pause: () => clock.pause(),
      resume: () => clock.resume(),
    };
  }
}

/** A copy of the body: a read's values are a live view of the node's. */
function snapshot(body: object): object {
  return "messages" in body && Array.isArray(body.messages) ? { ...body, messages: body.messages.slice() } : body;
}
