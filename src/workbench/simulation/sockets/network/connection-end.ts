import type { FakeClock } from "../../../../adapters/fake-clock/fake-clock.js";
import type { CancelTask } from "../../../../domain/ports/clock.js";
import type { Stream } from "./stream.js";
import { systemError } from "./system-error.js";

/** An IP address and a port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Events of an end, for the process that uses it. */
export interface EndListener {
  /** There are bytes to read, or the end of the stream. */
  hasContent(): void;
  /** The system takes bytes again. */
  hasRoom(): void;
  /** The connection is broken. @param unread bytes that came before */
  broken(error: NodeJS.ErrnoException, unread: Buffer): void;
}

interface ConnectionEndDeps {
  readonly clock: FakeClock;
  readonly tally: (what: string) => void;
  readonly streams: { readonly out: Stream; readonly in: Stream };
  /** The other end, unless a fault keeps segments from reaching it, or its answers from coming back. */
  readonly reach: () => ConnectionEnd | undefined;
  /** Tells the other end that the connection is unknown here. */
  readonly refuse: () => void;
}

/** Pause between two probes of an idle connection in ms, and number of unanswered ones after which it is broken. */
const PROBE_PAUSE = 1_000;
const PROBES = 10;

/** One end of a connection, as its host's system keeps it. Outlives the process that used it. */
export class ConnectionEnd {
  listener: EndListener | undefined;
  private readonly received: Buffer[] = [];
  private bytes = 0;
  private hasEnd = false;
  private isClosed = false;
  private heardAt = 0;
  private cancelProbe: CancelTask | undefined;

  constructor(
    private readonly deps: ConnectionEndDeps,
    readonly local: Endpoint,
    readonly remote: Endpoint,
  ) {}

  /** Whether a process still uses it. */
  get isOpen(): boolean {
    return !this.isClosed;
  }

  /** Bytes that wait for the process. */
  get available(): number {
    return this.bytes;
  }

  /** Whether everything was read, and nothing follows. */
  get isAtEnd(): boolean {
    return this.hasEnd && this.bytes === 0;
  }

  /** Takes bytes to send; returns how many. */
  write(bytes: Buffer): number {
    return this.isClosed ? 0 : this.deps.streams.out.take(bytes);
  }

  /** Sends nothing more. */
  shutDown(): void {
    this.deps.streams.out.end();
  }

  /** Returns up to `most` bytes. */
  read(most: number): Buffer {
    const taken: Buffer[] = [];
    let left = most;
    while (left > 0 && this.received[0] !== undefined) {
      const [first] = this.received;
      if (first.length <= left) this.received.shift();
      else this.received[0] = first.subarray(left);
      taken.push(first.subarray(0, left));
      left -= Math.min(left, first.length);
    }
    this.bytes -= most - left;
    this.deps.streams.in.read(most - left);
    return taken.length === 1 ? (taken[0] as Buffer) : Buffer.concat(taken);
  }

  /** The process closes it. Bytes that it has sent still arrive, unless it leaves others unread: then the connection is reset. */
  close(): void {
    if (this.isClosed) return;
    const isUnread = this.bytes > 0;
    this.stop();
    if (isUnread) {
      this.deps.tally("resets by unread bytes");
      this.deps.streams.out.abandon();
      this.deps.refuse();
    } else this.deps.streams.out.end();
  }

  /** The host's system has forgotten it, without a word to anyone. */
  forget(): void {
    this.stop();
    this.deps.streams.out.abandon();
  }

  /** The connection is broken for this end alone. */
  fail(error: NodeJS.ErrnoException): void {
    this.deps.streams.out.abandon();
    if (this.isClosed) return;
    const unread = Buffer.concat(this.received);
    this.stop();
    this.listener?.broken(error, unread);
  }

  /** Bytes, or the end of the stream, have arrived. */
  arrived(segment: Buffer | "end"): void {
    this.heardAt = this.deps.clock.now();
    if (this.isClosed) {
      if (segment !== "end") this.deps.refuse();
      return;
    }
    if (segment === "end") this.hasEnd = true;
    else {
      this.received.push(segment);
      this.bytes += segment.length;
    }
    this.listener?.hasContent();
  }

  /** @param idleTime time without traffic before the first probe, in ms */
  keepAlive(idleTime: number): void {
    this.cancelProbe?.();
    this.heardAt = this.deps.clock.now();
    this.probeLater(idleTime, idleTime, 0);
  }

  private probeLater(pause: number, idleTime: number, failures: number): void {
    const { clock } = this.deps;
    this.cancelProbe = clock.schedule(pause, () => {
      const rest = this.heardAt + idleTime - clock.now();
      // Segments under way are sent again instead.
      if (rest > 0 || this.deps.streams.out.isBusy) this.probeLater(rest > 0 ? rest : idleTime, idleTime, 0);
      else this.probe(idleTime, failures);
    });
  }

  private probe(idleTime: number, failures: number): void {
    const other = this.deps.reach();
    if (other?.isOpen === true) {
      this.heardAt = this.deps.clock.now();
      this.probeLater(idleTime, idleTime, 0);
    } else if (other !== undefined) this.fail(systemError("ECONNRESET"));
    else if (failures + 1 < PROBES) this.probeLater(PROBE_PAUSE, idleTime, failures + 1);
    else {
      this.deps.tally("timed out connections");
      this.fail(systemError("ETIMEDOUT"));
    }
  }

  private stop(): void {
    this.isClosed = true;
    this.cancelProbe?.();
    this.received.length = 0;
    this.bytes = 0;
  }
}
