import type { Socket } from "node:net";
import { excerpt } from "../../application/wire/excerpt.js";
import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import { LineReader } from "../json-lines/line-reader.js";
import { writeAddress } from "./address.js";
import { ALIVE, type Hello, isControlLine, PING, PONG, readControlLine, writeRival } from "./control-lines.js";
import { ENVELOPE_ROOM, type TcpLimits } from "./limits.js";
import type { PeerQueue } from "./peer-queue.js";
import type { Introduced } from "./rivals.js";
import { SilenceWatch } from "./silence-watch.js";

/** Events of a connection. */
export interface ConnectionListener {
  /** A line with a message came, not yet parsed. */
  message(line: Buffer): void;
  /** A line longer than a message may be was skipped; `start` is its beginning. */
  tooLong(start: Buffer): void;
  /** The peer reports that another process at `rival` uses this node's id; the peer sees this node at `you`. */
  rival(rival: string, you: string): void;
  /** The peer has answered `expose`: it is alive. */
  alive(): void;
  /** Called once, as the last event. `error` is the reason, unless the connection was closed properly. */
  closed(error: Error | undefined): void;
}

/** Bytes handed to the system at a time, so that queued messages can still be dropped. */
const CHUNK = 64 * 1024;

/** Idle time in ms after which the system itself probes the other end, ten times, once per second. */
const KEEP_ALIVE = 15_000;

interface ConnectionDeps {
  /** Paused; `read` first reads its buffered content. */
  readonly socket: Socket;
  readonly queue: PeerQueue;
  readonly clock: Clock;
  readonly listener: ConnectionListener;
}

/** A connection to an authenticated member. Sends the member's queue as fast as the member reads it. */
export class Connection {
  private readonly watch: SilenceWatch;
  private state: "open" | "finishing" | "ended" = "open";
  private flushIsDue = false;
  private error: Error | undefined;
  private cancelDestroy: CancelTask | undefined;
  /** Address of the peer, for log lines. */
  readonly place: string;

  constructor(
    private readonly deps: ConnectionDeps,
    readonly introduced: Introduced,
    private readonly limits: TcpLimits,
  ) {
    const { socket, listener } = deps;
    this.place = placeOf(socket, introduced.hello);
    this.watch = new SilenceWatch(deps.clock, limits.longestSilence, {
      ask: () => socket.write(PING),
      giveUp: () => this.askedInVain(),
    });
    const reader = new LineReader(limits.maxMessageBytes + ENVELOPE_ROOM, {
      line: (line) => (isControlLine(line) ? this.control(line) : listener.message(line)),
      tooLong: (start) => listener.tooLong(start),
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE);
    socket.on("data", (chunk: Buffer) => {
      this.watch.heard();
      reader.push(chunk);
    });
    socket.on("drain", () => this.flush());
    socket.on("error", (error) => {
      this.error ??= error;
    });
    socket.once("close", () => {
      this.watch.heard();
      this.cancelDestroy?.();
      listener.closed(this.error);
    });
  }

  /** Bytes between the queue and the system. */
  get leaving(): number {
    return this.deps.socket.writableLength;
  }

  /** Starts to read messages. */
  read(): void {
    this.deps.socket.resume();
  }

  /** Sends the queue, with everything that was added in one turn of the event loop. */
  pump(): void {
    if (this.flushIsDue) return;
    this.flushIsDue = true;
    process.nextTick(() => {
      this.flushIsDue = false;
      this.flush();
    });
  }

  /** Tells the peer that another process at `rival` uses its id, and asks whether the peer is alive. */
  expose(rival: string): void {
    if (this.state === "open") this.deps.socket.write(writeRival(rival, this.place));
  }

  /** Sends nothing more, but reads messages in flight until the peer has closed its side. */
  retire(): void {
    if (this.state === "ended") return;
    this.state = "ended";
    this.deps.socket.end();
    this.destroyInTime();
  }

  /** Sends the queue, then ends; if the peer is too slow, drops the rest. */
  finish(): void {
    if (this.state !== "open") return;
    this.state = "finishing";
    this.destroyInTime();
    this.pump();
    this.read();
  }

  /** Ends at once. */
  destroy(): void {
    this.deps.socket.destroy();
  }

  private flush(): void {
    while (this.state !== "ended" && !this.deps.queue.isEmpty && this.leaving < CHUNK && this.deps.socket.writable) {
      this.deps.socket.write(this.deps.queue.take(CHUNK));
      this.watch.sent();
    }
    if (this.state === "finishing" && this.deps.queue.isEmpty) {
      this.state = "ended";
      this.deps.socket.end();
    }
  }

  private control(line: Buffer): void {
    const said = readControlLine(line);
    // A peer that keeps asking without reading the answers gets no more of them.
    const mayAnswer = this.leaving < CHUNK && this.deps.socket.writable;
    if (said.kind === "ping" && mayAnswer) this.deps.socket.write(PONG);
    else if (said.kind === "alive") this.deps.listener.alive();
    else if (said.kind === "rival" && this.state === "open") {
      if (mayAnswer) this.deps.socket.write(ALIVE);
      this.deps.listener.rival(said.rival, said.you);
    }
  }

  private askedInVain(): void {
    // While nothing is read, nothing can arrive.
    if (this.deps.socket.isPaused()) this.watch.heard();
    else this.deps.socket.destroy(new Error(`it was silent for ${2 * this.limits.longestSilence} ms`));
  }

  private destroyInTime(): void {
    this.cancelDestroy ??= this.deps.clock.schedule(this.limits.closeTimeout, () => this.deps.socket.destroy());
  }
}

function placeOf({ remoteAddress, remotePort }: Socket, { listens }: Hello): string {
  const origin = remoteAddress ? writeAddress({ host: remoteAddress, port: remotePort ?? 0 }) : "an unknown address";
  return listens === undefined ? origin : `${origin} (listening on ${excerpt(listens)})`;
}
