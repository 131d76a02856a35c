import type { NatsConnection, QueuedIterator, Status } from "@nats-io/transport-node";
import type { Log } from "../../domain/ports/log.js";

/** So many bytes leave at most before the server is asked whether they have come. */
const CHECK_AFTER = 256 * 1024;

/**
 * The way out to the server, bounded. NATS itself keeps everything that is published while there is no connection; here what
 * cannot leave is lost, and the operator is told: a protocol that repairs losses wants no old messages by the thousand.
 */
export class Departures {
  private isConnected = true;
  /** Bytes that left and that the server has not confirmed. */
  private underWay = 0;
  private isAsking = false;
  private lost = 0;
  private readonly statuses: QueuedIterator<Status>;

  /** @param maxQueuedBytes the most bytes under way to a server that is slow, or stuck */
  constructor(
    private readonly connection: NatsConnection,
    private readonly maxQueuedBytes: number,
    private readonly log: Log,
  ) {
    // The interface shows less of what it returns than there is; without `stop` a shared connection would keep the listener.
    this.statuses = connection.status() as unknown as QueuedIterator<Status>;
    void this.follow();
  }

  /** Publishes the payload, or loses it. */
  publish(subject: string, payload: Uint8Array): void {
    if (!this.isOpen || this.underWay + payload.length > this.maxQueuedBytes) {
      this.lost++;
      return;
    }
    this.connection.publish(subject, payload);
    this.underWay += payload.length;
    if (this.underWay > Math.min(CHECK_AFTER, this.maxQueuedBytes / 2)) void this.confirm();
  }

  /** Publishes a small payload that comes now and then, and takes no room from the others; loses it where there is no connection. */
  publishAside(subject: string, payload: Uint8Array): void {
    if (this.isOpen) this.connection.publish(subject, payload);
  }

  private get isOpen(): boolean {
    return this.isConnected && !this.connection.isClosed() && !this.connection.isDraining();
  }

  /** Resolves once the server has everything that was published, at once if there is no connection, and after `patience` ms in any case. */
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

  /** Asks the server whether it has what left so far, until it has all. */
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
      // The connection is gone, and what was under way with it.
    } finally {
      this.isAsking = false;
    }
  }

  private async follow(): Promise<void> {
    for await (const status of this.statuses) {
      if (status.type === "disconnect") {
        this.isConnected = false;
        this.log.line(`lost the connection to the NATS server ${status.server}; trying again until it is back`);
      } else if (status.type === "reconnect") {
        this.isConnected = true;
        this.underWay = 0;
        this.log.line(`connected to the NATS server ${status.server} again; ${this.lost} messages could not be sent`);
        this.lost = 0;
      } else if (status.type === "error") {
        this.log.line(`the NATS server objects: ${status.error.message}`);
      } else if (status.type === "close") {
        this.isConnected = false;
      }
    }
  }
}
