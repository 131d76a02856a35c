import type { Clock } from "../../domain/ports/clock.js";
import type { MessageListener, Transport } from "../../domain/ports/transport.js";

/** A message on its way through the memory network. */
export interface Flight {
  readonly from: string;
  readonly to: string;
  readonly body: object;
}

/**
 * A network without wires: every node of a test in one process, on one clock. Bodies are copied through JSON, as a wire
 * would, so that nodes never share objects.
 */
export class MemoryNetwork {
  private readonly listeners = new Map<string, MessageListener>();
  /** Called for each message that is sent. */
  onSend: (flight: Flight) => void = () => {};

  /**
   * @param latency how long the message takes, in ms; `undefined` loses it
   */
  constructor(
    private readonly clock: Clock,
    private readonly latency: (flight: Flight) => number | undefined,
  ) {}

  /** The transport of one node. Attaching an id again replaces the node that had it. */
  attach(id: string, maxMessageBytes = 2 ** 23): Transport {
    let closed = false;
    return {
      maxMessageBytes,
      send: (to, body) => {
        if (!closed) this.carry({ from: id, to, body: JSON.parse(JSON.stringify(body)) });
      },
      onMessage: (listener) => {
        this.listeners.set(id, (from, body) => {
          if (!closed) listener(from, body);
        });
      },
      close: async () => {
        closed = true;
      },
    };
  }

  private carry(flight: Flight): void {
    this.onSend(flight);
    const latency = this.latency(flight);
    if (latency === undefined) return;
    this.clock.schedule(latency, () => this.listeners.get(flight.to)?.(flight.from, flight.body));
  }
}
