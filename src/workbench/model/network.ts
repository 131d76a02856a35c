import type { Clock } from "../../domain/ports/clock.js";
import type { Random } from "../../domain/ports/random.js";
import { Backlog, type Overflow } from "./backlog.js";
import { DeliveryThread } from "./delivery-thread.js";
import type { FaultName } from "./faults/fault-settings.js";
import { drawGap, drawLatency } from "./latency.js";
import type { LatenessMeter } from "./lateness.js";
import { type Delivery, type Message, type MessageBody, typeOf } from "./message.js";
import type { MessageWatcher } from "./message-watcher.js";
import type { NetworkConditions } from "./network-conditions.js";
import { jsonText } from "./number-literals.js";
import type { Provenance } from "./provenance.js";
import type { LatencyDistribution } from "./settings.js";
import type { TrafficMeter } from "./traffic.js";

/** Called with each message from a node to a client, and the number of the node's line that carried it. */
export type ClientListener = (message: Message, line: number) => void;

/** A client that was closed. */
export interface GoneClient {
  /** In ms of the clock. */
  readonly closedAt: number;
  /** Its last request, sent at `askedAt` (ms of the clock); absent if it had none. */
  readonly last: { readonly type: unknown; readonly id: number; readonly askedAt: number } | undefined;
}

/** Outcome of routing a node's message. */
export type Routing = "sent" | "unknown-destination" | "client-gone";

/** A receiver of messages: a node or a service. */
export interface Receiver {
  /** Whether it can take the message now. A message that comes while a node is down, or too early for it, is lost. */
  admits(message: Message): boolean;
  /** Takes an admitted message. False: it is not reading, and takes no more until `resumeReceiver`. */
  take(delivery: Delivery): boolean;
}

/** Dependencies of the network. */
export interface NetworkParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly conditions: NetworkConditions;
  readonly traffic: TrafficMeter;
  readonly lateness: LatenessMeter;
  readonly provenance: Provenance;
  readonly watcher?: MessageWatcher | undefined;
  /**
   * Called when the messages in flight exceed the bench's memory. @param isReading whether the receiver of most of them takes
   * messages; it continues until the network is stopped
   */
  readonly overflowed: (overflow: Overflow, isReading: boolean) => void;
}

/**
 * The simulated network. It gives every message between nodes a latency when it is sent, and queues it for its receiver's
 * delivery thread. A service counts as a node. Messages of clients take no time, as if each client ran beside its node, but a
 * request waits in the same queue as all other messages.
 */
export class Network {
  private readonly threads = new Map<string, DeliveryThread>();
  private readonly services = new Set<string>();
  private readonly backlog = new Backlog();
  private readonly clients = new Map<string, ClientListener>();
  private readonly goneClients = new Map<string, GoneClient>();
  private clientsOpened = 0;
  private messagesSent = 0;

  constructor(
    private readonly settings: { readonly latency: number; readonly latencyDistribution: LatencyDistribution },
    private readonly parts: NetworkParts,
  ) {}

  /** Adds a node. */
  addReceiver(id: string, receiver: Receiver): void {
    const { clock, conditions, lateness, provenance, watcher } = this.parts;
    const thread = new DeliveryThread(clock, {
      isDropped: (delivery) => {
        const { message } = delivery;
        const dropped = conditions.isCut(message.src, message.dest);
        if (dropped) {
          this.leave(delivery);
          this.drop(message, "partition");
        }
        return dropped;
      },
      deliver: (delivery) => {
        this.leave(delivery);
        if (!receiver.admits(delivery.message)) {
          this.drop(delivery.message, "kill");
          return true;
        }
        // Consequences of the delivery come first: a receiver inside this process may answer at once.
        provenance.delivered(clock.now(), delivery);
        watcher?.delivered(clock.now(), delivery.message);
        return this.handOver(delivery, receiver);
      },
      delivered: (due, actual) => lateness.delivered(due, actual),
    });
    this.threads.set(id, thread);
  }

  /** Adds a service: a receiver whose messages are also counted under its name. */
  addService(id: string, service: Receiver): void {
    this.services.add(id);
    this.addReceiver(id, service);
  }

  /** Whether the id belongs to a node or a service, not to a client. */
  hasReceiver(id: string): boolean {
    return this.threads.has(id);
  }

  /** Continues deliveries to a receiver that reads again. */
  resumeReceiver(id: string): void {
    this.threads.get(id)?.resume();
  }

  /** Stops all deliveries. */
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

  /** Closes a client; later messages to it go nowhere. @param last its last request */
  closeClient(id: string, last?: GoneClient["last"]): void {
    if (this.clients.delete(id)) this.goneClients.set(id, { closedAt: this.parts.clock.now(), last });
  }

  /** Data of a closed client; `undefined` if it is open or never existed. */
  goneClient(id: string): GoneClient | undefined {
    return this.goneClients.get(id);
  }

  /** Sends a client's request. */
  sendFromClient(client: string, nodeId: string, body: MessageBody): void {
    const message: Message = { id: this.messagesSent++, src: client, dest: nodeId, body };
    this.parts.traffic.withClient(0);
    this.threads.get(nodeId)?.enqueue({ message }, this.parts.clock.now());
  }

  /** Sends a service's answer. @param hasLine whether it is a line, as a process reads it */
  sendFromService(message: Message, hasLine: boolean): void {
    const line = hasLine ? jsonText(message) : undefined;
    const bytes = line === undefined ? 0 : new TextEncoder().encode(line).length;
    const receiver = this.threads.get(message.dest);
    if (receiver !== undefined) this.sendToReceiver(receiver, message, line, bytes, message.src);
  }

  /**
   * Sends a message that a node printed.
   * @param lineNumber counts the lines that this node printed
   * @param printer the node itself, whatever the message says
   */
  sendFromNode(
    message: Message,
    line: string | undefined,
    bytes: number,
    lineNumber: number,
    printer = message.src,
  ): Routing {
    const receiver = this.threads.get(message.dest);
    if (receiver !== undefined) {
      this.sendToReceiver(receiver, message, line, bytes, printer);
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

  /** Handing on a node's output is work caused by this node. */
  private handOver(delivery: Delivery, receiver: Receiver): boolean {
    if (this.clients.has(delivery.message.src)) return receiver.take(delivery);
    let isReading = true;
    this.parts.lateness.handleOutput(() => {
      isReading = receiver.take(delivery);
    });
    return isReading;
  }

  private sendToReceiver(
    receiver: DeliveryThread,
    message: Message,
    line: string | undefined,
    bytes: number,
    sender: string,
  ): void {
    const { clock, random, conditions, provenance, traffic, watcher } = this.parts;
    traffic.betweenServers(typeOf(message.body), bytes, this.serviceOf(message));
    const queued: { -readonly [Key in keyof Message]: Message[Key] } = { ...message };
    watcher?.sent(clock.now(), queued, bytes);
    // A process reads only the line. Parsed, a body takes up to twenty times as much memory as its text.
    if (line !== undefined && !this.services.has(message.dest)) queued.body = { type: typeOf(message.body) };
    this.messagesSent++;
    const due = clock.now() + this.drawLatency() + conditions.addedLatency;
    if (conditions.lossRate > 0 && random.next() < conditions.lossRate) {
      this.drop(queued, "loss");
      return;
    }
    const knowledge = provenance.knowledgeOf(sender);
    const delivery: Delivery = { message: queued, knowledge, ...(line !== undefined && { line }) };
    this.enqueue(receiver, delivery, due);
    if (conditions.duplicateRate > 0 && random.next() < conditions.duplicateRate) {
      traffic.duplicatedByFault();
      // Later than the original, so that other messages come between the two.
      this.enqueue(receiver, delivery, due + drawGap(this.settings.latency, random));
    }
  }

  private enqueue(receiver: DeliveryThread, delivery: Delivery, due: number): void {
    this.backlog.sent(delivery);
    receiver.enqueue(delivery, due);
    const { overflow } = this.backlog;
    if (overflow !== undefined)
      this.parts.overflowed(overflow, this.threads.get(overflow.receiver)?.isBlocked === false);
  }

  private leave(delivery: Delivery): void {
    // Requests of clients are few, and each waits for the previous one.
    if (this.threads.has(delivery.message.src)) this.backlog.left(delivery);
  }

  private serviceOf({ src, dest }: Message): string | undefined {
    return [dest, src].find((id) => this.services.has(id));
  }

  private drop(message: Message, fault: FaultName): void {
    // A lost request of a client does not count as a message between nodes.
    if (!this.threads.has(message.src)) return;
    this.parts.traffic.droppedByFault();
    this.parts.watcher?.lost(this.parts.clock.now(), message, fault);
  }

  private drawLatency(): number {
    return drawLatency(this.settings.latencyDistribution, this.settings.latency, this.parts.random);
  }
}
