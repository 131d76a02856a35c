import type { Clock } from "../../domain/ports/clock.js";
import type { AnnouncementChannel } from "../../domain/ports/membership.js";
import type { MemberId } from "../../domain/ports/transport.js";

type Listener = (from: MemberId, body: unknown) => void;

/** A channel for announcements in memory: for all nodes of a test in one process, on one clock. */
export class MemoryAnnouncements {
  private readonly listeners = new Set<{ readonly id: MemberId; readonly hear: Listener }>();

  /** @param latency time that an announcement takes from one node to another, or back to itself, in ms; `undefined` loses it */
  constructor(
    private readonly clock: Clock,
    private readonly latency: (from: MemberId, to: MemberId) => number | undefined,
  ) {}

  /** The channel of one node. */
  attach(id: MemberId): AnnouncementChannel {
    let own: { id: MemberId; hear: Listener } | undefined;
    return {
      announce: (body) => this.carry(id, JSON.stringify(body)),
      onAnnouncement: (hear) => {
        own = { id, hear };
        this.listeners.add(own);
      },
      close: async () => {
        if (own !== undefined) this.listeners.delete(own);
      },
    };
  }

  private carry(from: MemberId, text: string): void {
    for (const listener of this.listeners) {
      const latency = this.latency(from, listener.id);
      if (latency === undefined) continue;
      this.clock.schedule(latency, () => {
        if (this.listeners.has(listener)) listener.hear(from, JSON.parse(text));
      });
    }
  }
}
