import type { WebSocket } from "ws";
import { streamTooSlow } from "../log-events.js";
import { EventPump, type EventSink } from "./event-pump.js";
import type { EventReader, Item } from "./event-reader.js";
import { HEARTBEAT, type StreamDeps } from "./stream-deps.js";
import type { Stream } from "./streams.js";
import { gapJson } from "./wording.js";

/** Bytes that may wait in this process for a client to read. */
const MOST_WAITING = 64 * 1024;
/** Status codes of RFC 6455 (7.4.1) and of the registry behind it. */
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

/** A stream of events over a WebSocket, one JSON text per message. */
export class SocketStream implements Stream, EventSink {
  private readonly pump: EventPump;
  private readonly heartbeat: NodeJS.Timeout;
  private stalled: NodeJS.Timeout | undefined;
  private isAlive = true;

  constructor(
    private readonly deps: StreamDeps,
    private readonly socket: WebSocket,
    reader: EventReader,
  ) {
    const { cursor } = reader;
    if (cursor !== undefined) this.sendCursor(cursor);
    deps.streams.add(this);
    this.pump = new EventPump(deps.log, reader, this);
    socket.on("pong", () => {
      this.isAlive = true;
    });
    socket.on("close", () => this.closed());
    socket.on("error", () => {});
    this.heartbeat = setInterval(() => {
      // A slow client has its own limit.
      if (this.pump.isWaiting) return;
      // It has not answered the last ping.
      if (!this.isAlive) socket.terminate();
      this.isAlive = false;
      socket.ping();
      const changed = this.pump.idleCursor();
      if (changed !== undefined) this.sendCursor(changed);
    }, HEARTBEAT);
  }

  send(item: Item, withCursor: boolean): void {
    const data = item.kind === "delivery" ? item.event.json : gapJson(item.ranges);
    const cursor = withCursor && item.cursor !== undefined ? `"cursor":${JSON.stringify(item.cursor)},` : "";
    // The data is an object with at least one member.
    this.socket.send(`{"type":"${item.kind}",${cursor}${data.slice(1)}`);
  }

  sendCursor(cursor: string): void {
    this.socket.send(JSON.stringify({ type: "cursor", cursor }));
  }

  flush(): boolean {
    if (this.socket.bufferedAmount < MOST_WAITING) return true;
    this.stalled = setTimeout(() => {
      this.deps.note(streamTooSlow({ kind: "websocket", silence: this.deps.slowReader }));
      this.socket.close(TRY_AGAIN_LATER, "too slow");
      this.socket.terminate();
    }, this.deps.slowReader);
    // A ping is written after everything else, and is called back then.
    this.socket.ping(undefined, undefined, () => {
      clearTimeout(this.stalled);
      this.pump.resume();
    });
    return false;
  }

  end(): void {
    this.pump.stop();
    this.socket.close(GOING_AWAY, "the server is shutting down");
  }

  private closed(): void {
    clearTimeout(this.stalled);
    clearInterval(this.heartbeat);
    this.pump.stop();
    this.deps.streams.remove(this);
  }
}
