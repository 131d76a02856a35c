import type { MemoryJournals } from "../../adapters/memory-journal/memory-journals.js";
import type { SeededRandom } from "../../adapters/seeded-random/seeded-random.js";
import type { Settings } from "../../application/settings/settings.js";
import { composeMaelstromNode } from "../../composition-root.js";
import type { Clock } from "../../domain/ports/clock.js";
import type { MessageListener, Transport } from "../../domain/ports/transport.js";
import type { NodeEvents, NodeHandle, NodeHost } from "../model/node-host.js";
import { type ClockFaults, NodeClock } from "./node-clock.js";
import type { SharedProcessor } from "./shared-processor.js";

/** What virtual nodes may have, and real ones do. */
export interface VirtualHostOptions {
  /** How the nodes' timers fail to be perfect; perfect ones if absent. */
  readonly clockFaults?: ClockFaults | undefined;
  /** The machine that the nodes share; each has one of its own, infinitely fast, if absent. */
  readonly processor?: SharedProcessor | undefined;
  /** Where the nodes write down their values; nowhere if absent. */
  readonly journals?: MemoryJournals | undefined;
}

/** Runs whole nodes inside this process, on the bench's clock: the same code as the Maelstrom binary, without the lines. */
export class VirtualHost implements NodeHost {
  /** Lives of nodes started so far: each gets the next incarnation. */
  private lives = 0;

  /**
   * @param clock the bench's clock, on which everything runs
   * @param random where the nodes' chance and the faults of their clocks come from
   */
  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly random: SeededRandom,
    private readonly options: VirtualHostOptions = {},
  ) {}

  start(nodeId: string, events: NodeEvents): NodeHandle {
    const { clockFaults, journals, processor } = this.options;
    const run = processor?.process() ?? ((event: () => void) => event());
    const clock = new NodeClock(this.clock, this.random.fork(), clockFaults, run);
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
      random: this.random.fork(),
      log: { line: () => {} },
      incarnation: ++this.lives,
    });
    service.start();
    return {
      deliver: ({ message }) => {
        // A node works after the bench has finished handing over, as a process would.
        this.clock.schedule(0, () => run(() => clock.whenRunning(() => listener?.(message.src, message.body))));
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

/** The body as it is now: a read's values are a live view of the node's. */
function snapshot(body: object): object {
  return "messages" in body && Array.isArray(body.messages) ? { ...body, messages: body.messages.slice() } : body;
}
