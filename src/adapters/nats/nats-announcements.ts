import type { NatsConnection, Subscription } from "@nats-io/transport-node";
import type { Log } from "../../domain/ports/log.js";
import type { AnnouncementChannel } from "../../domain/ports/membership.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { subscribeOrExplain } from "./connect.js";
import type { Departures } from "./departures.js";
import { incoming } from "./incoming.js";
import type { Subjects } from "./subjects.js";

/** Time that `close` waits for the server to confirm announcements, in ms. */
const CLOSE_PATIENCE = 2000;

/** Announcements to all members, on a subject of their own: each member publishes under its id, and all subscribe to all. */
export class NatsAnnouncements implements AnnouncementChannel {
  private subscription: Subscription | undefined;

  constructor(
    private readonly id: MemberId,
    private readonly connection: NatsConnection,
    private readonly subjects: Subjects,
    private readonly departures: Departures,
    private readonly log: Log,
  ) {}

  announce(body: object): void {
    this.departures.publish(this.subjects.heartbeat(this.id), new TextEncoder().encode(JSON.stringify(body)));
  }

  /** @throws {CannotConnect} if the connection is closed */
  onAnnouncement(listener: (from: MemberId, body: unknown) => void): void {
    this.subscription = subscribeOrExplain(this.connection, this.subjects.heartbeats(), incoming(this.log, listener));
  }

  async close(): Promise<void> {
    this.subscription?.unsubscribe();
    await this.departures.settle(CLOSE_PATIENCE);
  }
}
