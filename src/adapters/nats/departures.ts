import type { NatsConnection, QueuedIterator, Status } from "@nats-io/transport-node";
import type { Log } from "../../domain/ports/log.js";
import { natsClosed, natsDisconnected, natsError, natsReconnected } from "./log-events.js";

/** Upper bound on the bytes sent before the server must confirm them. */
const CHECK_AFTER = 256 * 1024;

/**
 * The bounded path to the server. NATS itself keeps every message that is published without a connection. Here such messages are
 * lost, and the log says so: a protocol that repairs losses does not want thousands of old messages.
 */
export class Departures {
  private isConnected = true;
  /** Bytes that were sent and that the server has not confirmed. */
  private underWay = 0;
  private isAsking = false;
  private lost = 0;
  private readonly statuses: QueuedIterator<Status>;

  /** @param maxQueuedBytes upper bound on the bytes in flight to a slow or stuck server */
  constructor(
    private readonly connection: NatsConnection,
    private readonly maxQueuedBytes: number,
    private readonly log: Log,
  ) {
    // The type of the result hides `stop`; without it a shared connection would keep the listener.
    this.statuses = connection.status() as unknown as QueuedIterator<Status>;
    void this.follow();
  }

  /**
   * Publishes the payload, or loses it.
   * @returns why it is lost; `undefined` if it is not
   */
  publish(subject: string, payload: Uint8Array): string | undefined {
    const isFull = this.underWay + payload.length > this.maxQueuedBytes;
    if (!this.isOpen || isFull) {
      this.lost++;
      return this.reasonOfLoss;
    }
    this.connection.publish(subject, payload);
    this.underWay += payload.length;
    if (this.underWay > Math.min(CHECK_AFTER, this.maxQueuedBytes / 2)) void this.confirm();
    return undefined;
  }

  /** Publishes a small, occasional payload, which does not count against the bound; loses it without a connection. */
  publishAside(subject: string, payload: Uint8Array): void {
    if (this.isOpen) this.connection.publish(subject, payload);
  }

  private get isOpen(): boolean {
    return this.isConnected && !this.isEnded;
  }

  /** Whether the connection was closed: it never comes back. */
  private get isEnded(): boolean {
    return this.connection.isClosed() || this.connection.isDraining();
  }

  private get reasonOfLoss(): string {
    if (this.isEnded) return "the NATS connection was closed";
    return this.isConnected ? "the queue for the NATS server is full" : "the NATS server is not connected";
  }

  /** Resolves once the server has every published message, at once without a connection, and at the latest after `patience` ms. */
  async settle(patience: number): Promise<void> {
    if (!this.isConnected || this.connection.isClosed()) return;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patience);
    });
    await Promise.race([this.connection.flush().catch(() => {}), timeout]);
    clearTimeout(timer);
  }

  close(): void {
    this.statuses.stop();
  }

  /** Asks the server to confirm sent messages, until it has all. */
  private async confirm(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      while (this.underWay > 0) {
        const asked = this.underWay;
        await this.connection.flush();
        this.underWay = Math.max(0, this.underWay - asked);
      }
    } catch {
      // The connection is gone, with all messages in flight.
    } finally {
      this.isAsking = false;
    }
  }

  private async follow(): Promise<void> {
    for await (const status of this.statuses) {
      if (status.type === "disconnect") {
        this.isConnected = false;
        this.log.event(natsDisconnected({ server: status.server }));
      } else if (status.type === "reconnect") {
        this.isConnected = true;
        this.underWay = 0;
        this.log.event(natsReconnected({ server: status.server, lost: this.lost }));
        this.lost = 0;
      } else if (status.type === "error") {
        this.log.event(natsError({ reason: status.error.message }));
      } else if (status.type === "close") {
        this.isConnected = false;
        this.log.event(natsClosed({ server: this.connection.getServer() }));
      }
    }
  }
}
