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

/** What a connection tells about. */
export interface ConnectionListener {
  /** A line came that is a message, not yet read. */
  message(line: Buffer): void;
  /** A line was skipped that is longer than a message may be; `start` is how it began. */
  tooLong(start: Buffer): void;
  /** The peer says that another process has this node's id, at `rival`, and that this one is at `you`. */
  rival(rival: string, you: string): void;
  /** The peer, asked by `expose`, is alive. */
  alive(): void;
  /** Called once, last of all. `error`: why, if it was not closed in good order. */
  closed(error: Error | undefined): void;
}

/** Bytes that are handed to the system at a time, so that what waits can still be dropped. */
const CHUNK = 64 * 1024;

/** After so many ms at rest the system itself asks whether the other end is there, ten times, once a second. */
const KEEP_ALIVE = 15_000;

/** A connection to a member that has proved who it is. Carries what is in the member's queue, as fast as it is taken. */
export class Connection {
  private readonly watch: SilenceWatch;
  private state: "open" | "finishing" | "ended" = "open";
  private flushIsDue = false;
  private error: Error | undefined;
  private cancelDestroy: CancelTask | undefined;
  /** Where the peer is, for people. */
  readonly place: string;

  /** @param socket paused; what is in it already is read first, once `read` is called */
  constructor(
    private readonly socket: Socket,
    readonly introduced: Introduced,
    private readonly queue: PeerQueue,
    private readonly clock: Clock,
    private readonly limits: TcpLimits,
    private readonly listener: ConnectionListener,
  ) {
    this.place = placeOf(socket, introduced.hello);
    this.watch = new SilenceWatch(
      clock,
      limits.longestSilence,
      () => socket.write(PING),
      () => this.askedInVain(),
    );
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

  /** Bytes that are no longer in the queue and not yet with the system. */
  get leaving(): number {
    return this.socket.writableLength;
  }

  /** Messages may come from now on. */
  read(): void {
    this.socket.resume();
  }

  /** Sends what is in the queue, all that one turn of the event loop brings together. */
  pump(): void {
    if (this.flushIsDue) return;
    this.flushIsDue = true;
    process.nextTick(() => {
      this.flushIsDue = false;
      this.flush();
    });
  }

  /** Tells the peer that another process has its id, at `rival`, and asks whether the peer is alive itself. */
  expose(rival: string): void {
    if (this.state === "open") this.socket.write(writeRival(rival, this.place));
  }

  /** Sends nothing more, but takes what is under way until the peer has seen that. */
  retire(): void {
    if (this.state === "ended") return;
    this.state = "ended";
    this.socket.end();
    this.destroyInTime();
  }

  /** Sends what is in the queue, then ends; if the peer does not take it in time, without. */
  finish(): void {
    if (this.state !== "open") return;
    this.state = "finishing";
    this.destroyInTime();
    this.pump();
    this.read();
  }

  /** Ends at once. */
  destroy(): void {
    this.socket.destroy();
  }

  private flush(): void {
    while (this.state !== "ended" && !this.queue.isEmpty && this.leaving < CHUNK && this.socket.writable) {
      this.socket.write(this.queue.take(CHUNK));
      this.watch.sent();
    }
    if (this.state === "finishing" && this.queue.isEmpty) {
      this.state = "ended";
      this.socket.end();
    }
  }

  private control(line: Buffer): void {
    const said = readControlLine(line);
    // Who asks again and again, and does not take the answers, gets no more of them.
    const mayAnswer = this.leaving < CHUNK && this.socket.writable;
    if (said.kind === "ping" && mayAnswer) this.socket.write(PONG);
    else if (said.kind === "alive") this.listener.alive();
    else if (said.kind === "rival" && this.state === "open") {
      if (mayAnswer) this.socket.write(ALIVE);
      this.listener.rival(said.rival, said.you);
    }
  }

  private askedInVain(): void {
    // As long as nothing is read, nothing can be heard.
    if (this.socket.isPaused()) this.watch.heard();
    else this.socket.destroy(new Error(`nothing was heard for ${2 * this.limits.longestSilence} ms`));
  }

  private destroyInTime(): void {
    this.cancelDestroy ??= this.clock.schedule(this.limits.closeTimeout, () => this.socket.destroy());
  }
}

function placeOf({ remoteAddress, remotePort }: Socket, { listens }: Hello): string {
  const origin = remoteAddress ? writeAddress({ host: remoteAddress, port: remotePort ?? 0 }) : "an unknown address";
  return listens === undefined ? origin : `${origin}, which listens on ${excerpt(listens)}`;
}
