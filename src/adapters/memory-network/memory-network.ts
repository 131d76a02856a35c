import { guardedLog, type LogOption } from "../../application/options/guarded-log.js";
import type { Clock } from "../../domain/ports/clock.js";
import type { Log } from "../../domain/ports/log.js";
import type { MessageListener, Transport } from "../../domain/ports/transport.js";
import { messageTooLarge } from "./log-events.js";

/** A message in flight in the memory network. */
export interface Flight {
  readonly from: string;
  readonly to: string;
  readonly body: object;
}

/** The receiver of messages for one node. */
interface Inbox {
  listener: MessageListener | undefined;
  /** Messages that came before there was a listener. */
  readonly early: Flight[];
}

/**
 * A network in memory: for all nodes of a test in one process, on one clock. It copies bodies through JSON, as a real network
 * would, so nodes never share objects.
 */
export class MemoryNetwork {
  private readonly log: Log;
  private readonly inboxes = new Map<string, Inbox>();
  /** Called for each sent message. */
  onSend: (flight: Flight) => void = () => {};

  /**
   * @param latency time that the message takes, in ms; `undefined` loses it, and a list duplicates it, with one time per copy
   * @param log receives an event per message that is too large and dropped
   */
  constructor(
    private readonly clock: Clock,
    private readonly latency: (flight: Flight) => number | readonly number[] | undefined,
    log?: LogOption,
  ) {
    this.log = guardedLog(log, Date.now);
  }

  /** The transport of one node. A second transport with the same id replaces the first. */
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
          this.log.event(messageTooLarge({ from: id, member: to, limit: maxMessageBytes }));
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
