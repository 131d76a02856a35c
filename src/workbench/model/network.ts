import type { Clock } from "../../domain/ports/clock.js";
import type { Random } from "../../domain/ports/random.js";
import { DeliveryThread } from "./delivery-thread.js";
import type { FaultName } from "./faults/fault-settings.js";
import { drawGap, drawLatency } from "./latency.js";
import type { LatenessMeter } from "./lateness.js";
import { type Delivery, type Message, type MessageBody, typeOf } from "./message.js";
import type { MessageWatcher } from "./message-watcher.js";
import type { NetworkConditions } from "./network-conditions.js";
import type { LatencyDistribution } from "./settings.js";
import type { TrafficMeter } from "./traffic.js";

/** Called with what a node sends to a client, and the number of the node's line that carried it. */
export type ClientListener = (message: Message, line: number) => void;

/** A client that was closed. */
export interface GoneClient {
  /** In ms of the clock. */
  readonly closedAt: number;
  /** Its last request, begun at `askedAt` (ms of the clock); absent if it had none. */
  readonly last: { readonly type: unknown; readonly id: number; readonly askedAt: number } | undefined;
}

/** What came of a message that a node sent. */
export type Routing = "sent" | "unknown-destination" | "client-gone";

/** What came of a message that was handed to a node: a node that is not reading takes this one, and no more until `resumeNode`. */
export type Reception = "taken" | "not-reading" | "node-down";

/** What the network is made of. */
export interface NetworkParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly conditions: NetworkConditions;
  readonly traffic: TrafficMeter;
  readonly lateness: LatenessMeter;
  readonly watcher?: MessageWatcher | undefined;
}

/**
 * The simulated network: it gives every message between nodes a latency when it is sent and queues it for its receiver's
 * delivery thread. Messages of clients take no time, as though each client sat beside its node, but a request waits in
 * the same queue as everything else.
 */
export class Network {
  private readonly threads = new Map<string, DeliveryThread>();
  private readonly clients = new Map<string, ClientListener>();
  private readonly goneClients = new Map<string, GoneClient>();
  private clientsOpened = 0;
  private messagesSent = 0;

  constructor(
    private readonly settings: { readonly latency: number; readonly latencyDistribution: LatencyDistribution },
    private readonly parts: NetworkParts,
  ) {}

  /** Adds a node; `receive` hands it a message. */
  addNode(nodeId: string, receive: (delivery: Delivery) => Reception): void {
    const { clock, conditions, lateness, watcher } = this.parts;
    const thread = new DeliveryThread(clock, {
      isDropped: ({ message }) => {
        const dropped = conditions.isCut(message.src, message.dest);
        if (dropped) this.drop(message, "partition");
        return dropped;
      },
      deliver: (delivery) => {
        const reception = this.handOver(delivery, receive);
        if (reception === "node-down") this.drop(delivery.message, "kill");
        else watcher?.delivered(clock.now(), delivery.message);
        return reception !== "not-reading";
      },
      delivered: (due, actual) => lateness.delivered(due, actual),
    });
    this.threads.set(nodeId, thread);
  }

  /** The node reads again. */
  resumeNode(nodeId: string): void {
    this.threads.get(nodeId)?.resume();
  }

  /** Delivers nothing any more, to anybody. */
  stop(): void {
    for (const thread of this.threads.values()) thread.stop();
    this.clients.clear();
  }

  /** Opens a client and returns its id: c0, c1, … */
  openClient(listener: ClientListener): string {
    const id = `c${this.clientsOpened++}`;
    this.clients.set(id, listener);
    return id;
  }

  /** Closes a client; what is sent to it from now on is sent to nobody. @param last its last request */
  closeClient(id: string, last?: GoneClient["last"]): void {
    if (this.clients.delete(id)) this.goneClients.set(id, { closedAt: this.parts.clock.now(), last });
  }

  /** What is known of a client that was closed; undefined if it is open or never was. */
  goneClient(id: string): GoneClient | undefined {
    return this.goneClients.get(id);
  }

  /** Sends a client's request. */
  sendFromClient(client: string, nodeId: string, body: MessageBody): void {
    const message: Message = { id: this.messagesSent++, src: client, dest: nodeId, body };
    this.parts.traffic.withClient(0);
    this.threads.get(nodeId)?.enqueue({ message }, this.parts.clock.now());
  }

  /** Sends what a node printed; `lineNumber` counts the lines that this node printed. */
  sendFromNode(message: Message, line: string | undefined, bytes: number, lineNumber: number): Routing {
    const receiver = this.threads.get(message.dest);
    if (receiver !== undefined) {
      this.parts.traffic.betweenServers(typeOf(message.body), bytes);
      this.parts.watcher?.sent(this.parts.clock.now(), message, bytes);
      this.sendBetweenNodes(receiver, message, line);
      return "sent";
    }
    const client = this.clients.get(message.dest);
    if (client !== undefined) {
      this.parts.traffic.withClient(bytes);
      client(message, lineNumber);
      return "sent";
    }
    return this.goneClients.has(message.dest) ? "client-gone" : "unknown-destination";
  }

  /** Handing on what a node printed is work that this node causes. */
  private handOver(delivery: Delivery, receive: (delivery: Delivery) => Reception): Reception {
    if (this.clients.has(delivery.message.src)) return receive(delivery);
    let reception: Reception = "taken";
    this.parts.lateness.handleOutput(() => {
      reception = receive(delivery);
    });
    return reception;
  }

  private sendBetweenNodes(receiver: DeliveryThread, message: Message, line: string | undefined): void {
    const { clock, random, conditions, traffic } = this.parts;
    this.messagesSent++;
    const due = clock.now() + this.drawLatency() + conditions.addedLatency;
    if (conditions.lossRate > 0 && random.next() < conditions.lossRate) {
      this.drop(message, "loss");
      return;
    }
    const delivery: Delivery = line === undefined ? { message } : { message, line };
    receiver.enqueue(delivery, due);
    if (conditions.duplicateRate > 0 && random.next() < conditions.duplicateRate) {
      traffic.duplicatedByFault();
      // Later than the original, so that other messages come between the two.
      receiver.enqueue(delivery, due + drawGap(this.settings.latency, random));
    }
  }

  private drop(message: Message, fault: FaultName): void {
    // A client's request that comes to nothing is no message between nodes.
    if (!this.threads.has(message.src)) return;
    this.parts.traffic.droppedByFault();
    this.parts.watcher?.lost(this.parts.clock.now(), message, fault);
  }

  private drawLatency(): number {
    return drawLatency(this.settings.latencyDistribution, this.settings.latency, this.parts.random);
  }
}
