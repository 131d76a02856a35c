import type { SeededRandom } from "../../adapters/seeded-random/seeded-random.js";
import type { Settings } from "../../application/settings/settings.js";
import { composeMaelstromNode } from "../../composition-root.js";
import type { Clock } from "../../domain/ports/clock.js";
import type { MessageListener, Transport } from "../../domain/ports/transport.js";
import type { NodeEvents, NodeHandle, NodeHost } from "../model/node-host.js";
import { type ClockFaults, NodeClock } from "./node-clock.js";

/** Runs whole nodes inside this process, on the bench's clock: the same code as the Maelstrom binary, without the lines. */
export class VirtualHost implements NodeHost {
  /** Lives of nodes started so far: each gets the next incarnation. */
  private lives = 0;

  /**
   * @param clock the bench's clock, on which everything runs
   * @param random where the nodes' chance and the faults of their clocks come from
   * @param clockFaults how the nodes' timers fail to be perfect; perfect ones if absent
   */
  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly random: SeededRandom,
    private readonly clockFaults?: ClockFaults,
  ) {}

  start(nodeId: string, events: NodeEvents): NodeHandle {
    let stopped = false;
    let listener: MessageListener | undefined;
    const transport: Transport = {
      maxMessageBytes: 2 ** 23,
      send: (to, body) => {
        if (!stopped) events.printed({ message: { src: nodeId, dest: to, body: snapshot(body) }, bytes: 0 });
      },
      onMessage: (given) => {
        listener = given;
      },
      close: async () => {},
    };
    const service = composeMaelstromNode(this.settings, {
      transport,
      clock: new NodeClock(this.clock, this.random.fork(), this.clockFaults),
      random: this.random.fork(),
      log: { line: () => {} },
      incarnation: ++this.lives,
    });
    service.start();
    return {
      deliver: ({ message }) => {
        // A node works after the bench has finished handing over, as a process would.
        this.clock.schedule(0, () => {
          if (!stopped) listener?.(message.src, message.body);
        });
        return true;
      },
      stop: () => {
        stopped = true;
      },
    };
  }
}

/** The body as it is now: a read's values are a live view of the node's. */
function snapshot(body: object): object {
  return "messages" in body && Array.isArray(body.messages) ? { ...body, messages: body.messages.slice() } : body;
}
