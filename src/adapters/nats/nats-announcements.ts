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

interface NatsAnnouncementsDeps {
  readonly connection: NatsConnection;
  readonly subjects: Subjects;
  readonly departures: Departures;
  readonly log: Log;
}

/** Announcements to all members, on a subject of their own: each member publishes under its id, and all subscribe to all. */
export class NatsAnnouncements implements AnnouncementChannel {
  private subscription: Subscription | undefined;

  constructor(
    private readonly deps: NatsAnnouncementsDeps,
    private readonly id: MemberId,
  ) {}

  announce(body: object): void {
    this.deps.departures.publish(this.deps.subjects.heartbeat(this.id), new TextEncoder().encode(JSON.stringify(body)));
  }

  /** @throws {CannotConnect} if the connection is closed */
  onAnnouncement(listener: (from: MemberId, body: unknown) => void): void {
    this.subscription = subscribeOrExplain(
      this.deps.connection,
      this.deps.subjects.heartbeats(),
      incoming(this.deps.log, { receive: listener }),
    );
  }

  async close(): Promise<void> {
    this.subscription?.unsubscribe();
    await this.deps.departures.settle(CLOSE_PATIENCE);
  }
}
