import { onTestFinished } from "vitest";

/** An event as a client of Server-Sent Events sees it. */
export interface ServerEvent {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: unknown;
}

/** A client of Server-Sent Events, by the rules of the HTML Standard (9.2.6), as far as the server uses them. */
export class EventClient {
  readonly events: ServerEvent[] = [];
  lastEventId: string | undefined;
  private readonly controller = new AbortController();
  private readonly reading: Promise<void>;

  private constructor(response: Response, controller: AbortController) {
    this.controller = controller;
    this.reading = this.read(response).catch(() => {});
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventClient> {
    const controller = new AbortController();
    const response = await fetch(url, { headers, signal: controller.signal });
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    const client = new EventClient(response, controller);
    onTestFinished(() => client.close());
    return client;
  }

  get values(): unknown[] {
    return this.events
      .filter(({ type }) => type === "delivery")
      .map(({ data }) => (data as { readonly value: unknown }).value);
  }

  /** Resolves once the server has ended the stream. */
  get ended(): Promise<void> {
    return this.reading;
  }

  async close(): Promise<void> {
    this.controller.abort();
    await this.reading;
  }

  private async read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
        this.block(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  private block(text: string): void {
    const fields = new Map(text.split("\n").map((line) => [line.split(": ")[0], line.slice(line.indexOf(": ") + 2)]));
    const id = fields.get("id");
    if (id !== undefined) this.lastEventId = id;
    const data = fields.get("data");
    if (data !== undefined) this.events.push({ id, type: fields.get("event") ?? "message", data: JSON.parse(data) });
  }
}
