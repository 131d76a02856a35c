import { excerpt } from "../../application/wire/excerpt.js";
import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { CompactWire } from "../compact-wire/compact-wire.js";
import { writeAddress } from "./address.js";
import { ALIVE, type Hello, PING, PONG, readControlLine, writeRival } from "./control-lines.js";
import { incomingFrames, incomingLines } from "./incoming.js";
import type { TcpLimits } from "./limits.js";
import type { PeerQueue } from "./peer-queue.js";
import type { Introduced } from "./rivals.js";
import { SilenceWatch } from "./silence-watch.js";
import type { Socket } from "./sockets/socket.js";

/** Events of a connection. */
export interface ConnectionListener {
  /** A line with a message came, not yet parsed. */
  message(line: Buffer): void;
  /** A message came on the compact wire: its body, or a description of the problem with it. */
  body(body: object | string): void;
  /** A line or a frame larger than a message may be was skipped; `start` is its beginning. */
  tooLong(start: Buffer): void;
  /** The peer reports that another process at `rival` uses this node's id; the peer sees this node at `you`. */
  rival(rival: string, you: string): void;
  /** The peer has answered `expose`: it is alive. */
  alive(): void;
  /** Called once, as the last event. `error` is the reason, unless the connection was closed properly. */
  closed(error: Error | undefined): void;
}

/** Bytes handed to the system at a time, so that queued messages can still be dropped, and progress of large ones is seen. */
const CHUNK = 64 * 1024;

/** Idle time in ms after which the system itself probes the other end, ten times, once per second. */
const KEEP_ALIVE = 15_000;

interface ConnectionDeps {
  /** Paused; `read` first reads its buffered content. */
  readonly socket: Socket;
  readonly queue: PeerQueue;
  /** Whether messages may be frames of the compact wire. */
  readonly isCompact: boolean;
  /** The source of the queue's frames. */
  readonly compact: CompactWire;
  readonly clock: Clock;
  readonly listener: ConnectionListener;
}

/** A connection to an authenticated member. Sends the member's queue as fast as the member reads it. */
export class Connection {
  private readonly watch: SilenceWatch;
  private state: "open" | "finishing" | "ended" = "open";
  private flushIsDue = false;
  /** Messages taken from the queue that are not all written, and control lines after them. */
  private readonly unsent: Buffer[] = [];
  /** Number of bytes written so far. */
  private written = 0;
  /** Number of bytes that had left this process when the peer was asked for a sign of life; `undefined` if all had. */
  private departedAtAsk: number | undefined;
  private error: Error | undefined;
  private cancelDestroy: CancelTask | undefined;
  /** Number of names that the peer has learned on this connection. */
  private definedNames = 0;
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
      ask: () => this.ask(),
      giveUp: () => this.askedInVain(),
    });
    const { hello } = introduced;
    const heard = {
      control: (line: Buffer) => this.control(line),
      line: (line: Buffer) => listener.message(line),
      body: (body: object | string) => listener.body(body),
      tooLong: (start: Buffer) => listener.tooLong(start),
    };
    const incoming = deps.isCompact
      ? incomingFrames(limits.maxMessageBytes, hello, heard)
      : incomingLines(limits.maxMessageBytes, heard);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE);
    socket.on("data", (chunk: Buffer) => {
      this.watch.heard();
      try {
        incoming.push(chunk);
      } catch (error) {
        socket.destroy(error as Error);
      }
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
    return this.unsent.reduce((sum, { length }) => sum + length, this.deps.socket.writableLength);
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
    if (this.state === "open") this.say(writeRival(rival, this.place));
  }

  /** Sends nothing more, but reads messages in flight until the peer has closed its side. */
  retire(): void {
    this.state = "ended";
    for (const bytes of this.unsent.splice(0)) this.write(bytes);
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
    const { queue, socket } = this.deps;
    // A socket that this end has ended is not writable: the next connection takes the rest of the queue.
    while (this.hasMore && socket.writableLength < CHUNK && socket.writable) {
      if (this.unsent.length === 0) this.unsent.push(this.withDefinitions(queue.take(CHUNK)));
      const first = this.unsent.shift() as Buffer;
      if (first.length > CHUNK) this.unsent.unshift(first.subarray(CHUNK));
      this.write(first.subarray(0, CHUNK));
      this.watch.sent();
    }
    if (this.state === "finishing" && !this.hasMore) {
      this.state = "ended";
      socket.end();
    }
  }

  private get hasMore(): boolean {
    return this.unsent.length > 0 || !this.deps.queue.isEmpty;
  }

  /** Writes a control line: not within a message. */
  private say(line: string): void {
    const bytes = Buffer.from(line);
    if (this.unsent.length > 0) this.unsent.push(bytes);
    else this.write(bytes);
  }

  /** Number of bytes that the system has taken. */
  private get departed(): number {
    return this.written - this.deps.socket.writableLength;
  }

  private write(bytes: Buffer): void {
    this.written += bytes.length;
    this.deps.socket.write(bytes);
  }

  /** Puts the definitions of new names before the frames that refer to them. */
  private withDefinitions(frames: Buffer): Buffer {
    const { nameCount } = this.deps.compact;
    if (!this.deps.isCompact || nameCount === this.definedNames) return frames;
    const definitions = this.deps.compact.definitions(this.definedNames);
    this.definedNames = nameCount;
    return Buffer.concat([...definitions, frames]);
  }

  private control(line: Buffer): void {
    const said = readControlLine(line);
    // A peer that keeps asking without reading the answers gets no more of them.
    const mayAnswer = this.leaving < CHUNK && this.deps.socket.writable;
    if (said.kind === "ping" && mayAnswer) this.say(PONG);
    else if (said.kind === "alive") this.deps.listener.alive();
    else if (said.kind === "rival" && this.state === "open") {
      if (mayAnswer) this.say(ALIVE);
      this.deps.listener.rival(said.rival, said.you);
    }
  }

  private ask(): void {
    this.departedAtAsk = this.leaving > 0 ? this.departed : undefined;
    this.say(PING);
  }

  private askedInVain(): void {
    const { socket } = this.deps;
    // While nothing is read, nothing can arrive.
    if (socket.isPaused()) this.watch.heard();
    // The system was full, and has room again: the peer takes bytes, and the question is still behind others.
    else if (this.departedAtAsk !== undefined && this.departed > this.departedAtAsk) this.watch.restart();
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
