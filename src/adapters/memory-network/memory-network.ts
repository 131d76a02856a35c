import type { Clock } from "../../domain/ports/clock.js";
import type { Log } from "../../domain/ports/log.js";
import type { MessageListener, Transport } from "../../domain/ports/transport.js";

/** A message on its way through the memory network. */
export interface Flight {
  readonly from: string;
  readonly to: string;
  readonly body: object;
}

/** Where messages for one node arrive. */
interface Inbox {
  listener: MessageListener | undefined;
  /** What came before there was a listener. */
  readonly early: Flight[];
}

/**
 * A network without wires: every node of a test in one process, on one clock. Bodies are copied through JSON, as a wire
 * would, so that nodes never share objects.
 */
export class MemoryNetwork {
  private readonly inboxes = new Map<string, Inbox>();
  /** Called for each message that is sent. */
  onSend: (flight: Flight) => void = () => {};

  /**
   * @param latency how long the message takes, in ms; `undefined` loses it, and a list doubles it, one time for each copy
   * @param log told of messages that are too large, and dropped
   */
  constructor(
    private readonly clock: Clock,
    private readonly latency: (flight: Flight) => number | readonly number[] | undefined,
    private readonly log: Log = { line: () => {} },
  ) {}

  /** The transport of one node. Attaching an id again replaces the node that had it. */
  attach(id: string, maxMessageBytes = 2 ** 23): Transport {
    const inbox: Inbox = { listener: undefined, early: [] };
    this.inboxes.set(id, inbox);
    let closed = false;
    return {
      maxMessageBytes,
      send: (to, body) => {
        if (closed) return;
        const text = JSON.stringify(body);
        if (Buffer.byteLength(text) > maxMessageBytes)
          this.log.line(`dropped a message from ${id} to ${to}: it has more than ${maxMessageBytes} bytes`);
        else this.carry({ from: id, to, body: JSON.parse(text) });
      },
      onMessage: (listener) => {
        inbox.listener = listener;
        for (const { from, body } of inbox.early.splice(0)) listener(from, body);
      },
      close: async () => {
        closed = true;
        if (this.inboxes.get(id) === inbox) this.inboxes.delete(id);
      },
    };
  }

  private carry(flight: Flight): void {
    this.onSend(flight);
    const latency = this.latency(flight);
    const copies = latency === undefined || typeof latency === "number" ? [latency] : latency;
    for (const time of copies) if (time !== undefined) this.clock.schedule(time, () => this.deliver(flight));
  }

  private deliver(flight: Flight): void {
    const inbox = this.inboxes.get(flight.to);
    if (inbox?.listener === undefined) inbox?.early.push(flight);
    else inbox.listener(flight.from, flight.body);
  }
}
