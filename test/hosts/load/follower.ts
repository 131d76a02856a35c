import { setTimeout as sleep } from "node:timers/promises";
import { type HostServer, TOKEN } from "../servers/server.js";
import type { Ledger } from "./ledger.js";

/** Pause in ms before a client connects again. */
const PAUSE = 50;

/** A client that follows the events of a server, and goes on from its last cursor when the server comes back. */
export class Follower {
  /** Values that retention deleted before this client got them: with no retention there must be none. */
  gaps = 0;
  private cursor = "start";
  private readonly controller = new AbortController();
  private readonly ended: Promise<void>;

  constructor(
    private readonly server: HostServer,
    private readonly ledger: Ledger,
  ) {
    this.ended = this.follow();
  }

  async stop(): Promise<void> {
    this.controller.abort();
    await this.ended;
  }

  private async follow(): Promise<void> {
    while (!this.controller.signal.aborted) {
      await this.connect().catch(() => {});
      await sleep(PAUSE);
    }
  }

  private async connect(): Promise<void> {
    const answer = await fetch(`${this.server.url}/events?after=${encodeURIComponent(this.cursor)}`, {
      headers: { authorization: `Bearer ${TOKEN}` },
      signal: this.controller.signal,
    });
    if (!answer.ok || answer.body === null) return;
    let text = "";
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) this.take(event);
    }
  }

  private take(event: string): void {
    const fields = new Map(event.split("\n").map((line) => line.split(/: ?(.*)/s, 2) as [string, string]));
    const kind = fields.get("event");
    if (kind === "gap") this.gaps++;
    if (kind === "delivery")
      this.ledger.arrived((JSON.parse(fields.get("data") ?? "") as { value: string }).value, this.server.id);
    this.cursor = fields.get("id") ?? this.cursor;
  }
}
