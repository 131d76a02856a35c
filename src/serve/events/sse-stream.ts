import type { ServerResponse } from "node:http";
import { streamTooSlow } from "../log-events.js";
import { EventPump, type EventSink } from "./event-pump.js";
import type { EventReader, Item } from "./event-reader.js";
import { HEARTBEAT, type StreamDeps } from "./stream-deps.js";
import type { Stream } from "./streams.js";
import { gapJson } from "./wording.js";

/** Time in ms after which a client connects again. */
const RETRY = 1_000;

/** A stream of events in the form of Server-Sent Events (HTML Standard, 9.2). */
export class SseStream implements Stream, EventSink {
  private readonly pump: EventPump;
  private readonly heartbeat: NodeJS.Timeout;
  private stalled: NodeJS.Timeout | undefined;
  private text = "";

  constructor(
    private readonly deps: StreamDeps,
    private readonly response: ServerResponse,
    reader: EventReader,
  ) {
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      // The stream ends when the connection is wanted no more.
      connection: "close",
      // nginx would keep events back otherwise.
      "x-accel-buffering": "no",
    });
    // The first cursor comes at once: a client that gets nothing else can go on from here.
    const { cursor } = reader;
    response.write(`retry: ${RETRY}\n${cursor === undefined ? "" : `id: ${cursor}\n`}\n`);
    deps.streams.add(this);
    this.pump = new EventPump(deps.log, reader, this);
    response.on("drain", () => this.drained());
    response.on("close", () => this.closed());
    response.on("error", () => {});
    this.heartbeat = setInterval(() => {
      if (this.pump.isWaiting) return;
      const cursor = this.pump.idleCursor();
      response.write(cursor === undefined ? ": still here\n\n" : `id: ${cursor}\n\n`);
    }, HEARTBEAT);
  }

  send(item: Item, withCursor: boolean): void {
    const data = item.kind === "delivery" ? item.event.json : gapJson(item.ranges);
    const id = withCursor && item.cursor !== undefined ? `id: ${item.cursor}\n` : "";
    this.text += `${id}event: ${item.kind}\ndata: ${data}\n\n`;
  }

  sendCursor(cursor: string): void {
    this.text += `id: ${cursor}\n\n`;
  }

  flush(): boolean {
    if (this.text === "") return true;
    const { text } = this;
    this.text = "";
    if (this.response.write(text)) return true;
    this.stalled = setTimeout(() => {
      this.deps.note(streamTooSlow({ kind: "sse", silence: this.deps.slowReader }));
      this.response.destroy();
    }, this.deps.slowReader);
    return false;
  }

  end(): void {
    this.pump.stop();
    this.response.end(": the server is shutting down\n\n");
  }

  private drained(): void {
    clearTimeout(this.stalled);
    this.pump.resume();
  }

  private closed(): void {
    clearTimeout(this.stalled);
    clearInterval(this.heartbeat);
    this.pump.stop();
    this.deps.streams.remove(this);
  }
}
