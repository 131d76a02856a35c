import { EventEmitter } from "node:events";
import type { Socket } from "../../../../adapters/tcp/sockets/socket.js";
import type { CancelTask } from "../../../../domain/ports/clock.js";
import type { Random } from "../../../../domain/ports/random.js";
import { between } from "../../chance.js";
import type { JudgedCertificate } from "./certificate.js";
import type { ConnectionEnd, EndListener, Endpoint } from "./connection-end.js";

/** The process that a socket belongs to. */
export interface SocketOwner {
  readonly random: Random;
  /** Runs a task in a turn of its own, after `delay` ms; not after the end of the process, and not while it is paused. */
  later(delay: number, task: () => void): CancelTask;
  /** How the process reads at the moment: at most `bytes` at a time, with a pause in ms in between. */
  readonly pace: { readonly bytes: number; readonly pause: number };
  readonly tally: (what: string) => void;
  /** The socket is closed. */
  released(socket: SimulatedSocket): void;
}

/** Bytes in the process beyond which `write` returns false, as in Node. */
const HIGH_WATER_MARK = 2 ** 16;
/** Most bytes of one event `data`, as in Node. */
const LARGEST_READ = 2 ** 16;

/** A socket of a simulated process, with the behaviour of Node's: see the port. */
export class SimulatedSocket extends EventEmitter implements Socket, EndListener {
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** The certificate of the other end, once TLS stands. */
  certificate: JudgedCertificate | undefined;
  private connection: ConnectionEnd | undefined;
  private readonly outbox: Buffer[] = [];
  private outboxBytes = 0;
  private writtenOfFirst = 0;
  private readonly returned: Buffer[] = [];
  private isFlowing = false;
  private state: "open" | "ended" | "destroyed" = "open";
  private needsDrain = false;
  private isShutDown = false;
  /** Whether the system takes no bytes until it says so. */
  private isBlocked = false;
  private sawEnd = false;
  private cancelRead: CancelTask | undefined;

  constructor(
    private readonly owner: SocketOwner,
    remote: Endpoint,
  ) {
    super();
    this.remoteAddress = remote.host;
    this.remotePort = remote.port;
  }

  /** The connection stands. */
  attach(end: ConnectionEnd): void {
    this.connection = end;
    end.listener = this;
    this.flush();
    this.readSoon();
  }

  /** Whether a connection that is not there yet is still wanted. */
  get isDestroyed(): boolean {
    return this.state === "destroyed";
  }

  get writable(): boolean {
    return this.state === "open";
  }

  get writableLength(): number {
    return this.outboxBytes;
  }

  isPaused(): boolean {
    return !this.isFlowing;
  }

  write(bytes: Buffer | string): boolean {
    if (this.state === "destroyed") return false;
    if (this.state === "ended") {
      this.destroy(Object.assign(new Error("write after end"), { code: "ERR_STREAM_WRITE_AFTER_END" }));
      return false;
    }
    const chunk = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    this.outbox.push(chunk);
    this.outboxBytes += chunk.length;
    this.flush();
    this.needsDrain ||= this.outboxBytes >= HIGH_WATER_MARK;
    return this.outboxBytes < HIGH_WATER_MARK;
  }

  end(bytes?: Buffer | string): this {
    if (this.state !== "open") return this;
    if (bytes !== undefined) this.write(bytes);
    this.state = "ended";
    this.flush();
    return this;
  }

  destroy(error?: Error): this {
    if (this.state === "destroyed") return this;
    this.state = "destroyed";
    this.outbox.length = 0;
    this.outboxBytes = 0;
    this.cancelRead?.();
    this.connection?.close();
    this.owner.later(0, () => {
      if (error !== undefined) this.emit("error", error);
      this.owner.released(this);
      this.emit("close");
    });
    return this;
  }

  pause(): this {
    this.isFlowing = false;
    return this;
  }

  resume(): this {
    this.isFlowing = true;
    this.readSoon();
    return this;
  }

  unshift(bytes: Buffer): void {
    this.returned.unshift(bytes);
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(isOn: boolean, idleTime: number): this {
    if (isOn) this.connection?.keepAlive(idleTime);
    return this;
  }

  /** The process ends: no event follows, and the system closes the connection. */
  orphan(): void {
    this.state = "destroyed";
    this.connection?.close();
  }

  hasContent(): void {
    this.readSoon();
  }

  hasRoom(): void {
    if (!this.isBlocked) return;
    this.isBlocked = false;
    this.owner.later(0, () => this.flush());
  }

  broken(error: NodeJS.ErrnoException, unread: Buffer): void {
    // Systems differ in whether what came before a reset can still be read.
    const isReadable = this.isFlowing && unread.length > 0 && this.owner.random.next() < 0.5;
    this.owner.later(0, () => {
      if (isReadable && this.state !== "destroyed") this.emit("data", unread);
      this.destroy(error);
    });
  }

  /** Hands bytes to the system, as many as it takes. */
  private flush(): void {
    const { connection: end } = this;
    if (end === undefined || this.state === "destroyed") return;
    while (!this.isBlocked && this.outbox[0] !== undefined) {
      const [first] = this.outbox;
      this.writtenOfFirst += end.write(first.subarray(this.writtenOfFirst));
      if (this.writtenOfFirst < first.length) {
        this.owner.tally("full send buffers");
        this.isBlocked = true;
      } else {
        // As in Node, a write counts until all of it is written.
        this.outboxBytes -= first.length;
        this.writtenOfFirst = 0;
        this.outbox.shift();
      }
    }
    if (this.outbox.length > 0) return;
    if (this.needsDrain) {
      this.needsDrain = false;
      this.owner.later(0, () => {
        if (this.state !== "destroyed") this.emit("drain");
      });
    }
    if (this.state === "ended" && !this.isShutDown) {
      this.isShutDown = true;
      end.shutDown();
      this.closeIfDone();
    }
  }

  private readSoon(): void {
    this.cancelRead ??= this.owner.later(this.owner.pace.pause, () => {
      this.cancelRead = undefined;
      this.read();
    });
  }

  private read(): void {
    const { connection: end } = this;
    if (!this.isFlowing || this.state === "destroyed" || end === undefined) return;
    const again = this.returned.shift();
    if (again !== undefined) {
      this.emit("data", again);
      this.readSoon();
    } else if (end.available > 0) {
      const most = Math.min(LARGEST_READ, this.owner.pace.bytes);
      const size = this.owner.random.next() < 0.7 ? most : between(this.owner.random, 1, most);
      if (size < end.available) this.owner.tally("partial reads");
      this.emit("data", end.read(Math.min(size, end.available)));
      this.readSoon();
    } else if (end.isAtEnd && !this.sawEnd) {
      this.sawEnd = true;
      this.end();
      this.closeIfDone();
    }
  }

  private closeIfDone(): void {
    if (this.sawEnd && this.isShutDown) this.destroy();
  }
}
