import { type HostServer, TOKEN } from "../servers/server.js";
import type { Ledger } from "./ledger.js";

/** Time in ms that a server has for an answer. */
const TIMEOUT = 30_000;

/** Clients that send values at a steady rate, one to each server, until they are stopped. */
export class Clients {
  private readonly timers: NodeJS.Timeout[];
  private readonly pending = new Set<Promise<void>>();
  private count = 0;

  /**
   * @param series names the values
   * @param rate values per second at each server
   */
  constructor(
    servers: readonly HostServer[],
    private readonly ledger: Ledger,
    private readonly series: string,
    rate: number,
  ) {
    this.timers = servers.map((server) =>
      setInterval(() => {
        const request = this.send(server).finally(() => this.pending.delete(request));
        this.pending.add(request);
      }, 1000 / rate),
    );
  }

  /** Sends nothing more; resolves once every request has been answered. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.pending);
  }

  /** A value that is not acknowledged is not sent again. */
  private async send({ id, url }: HostServer): Promise<void> {
    const value = `${id} ${this.series} ${this.count++}`;
    this.ledger.sent(value, id);
    try {
      const answer = await fetch(`${url}/broadcast`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${TOKEN}` },
        body: JSON.stringify(value),
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const text = await answer.text();
      if (answer.ok) this.ledger.acknowledged(value);
      else this.ledger.refused(value, (JSON.parse(text) as { code: string }).code);
    } catch (error) {
      this.ledger.refused(value, reasonOf(error));
    }
  }
}

function reasonOf(error: unknown): string {
  const { cause, name } = error as { cause?: { code?: string }; name: string };
  return cause?.code ?? name;
}
