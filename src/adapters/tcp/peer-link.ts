import { excerpt } from "../../application/wire/excerpt.js";
import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { type Address, writeAddress } from "./address.js";
import type { BackOff } from "./back-off.js";
import { Connection } from "./connection.js";
import { type Dialler, type Introduction, Superfluous } from "./dialler.js";
import type { TcpLimits } from "./limits.js";
import { PeerQueue } from "./peer-queue.js";
import type { RationedLog } from "./rationed-log.js";
import { type Introduced, replaces } from "./rivals.js";

/** What the link to a member tells the transport. */
export interface LinkListener {
  message(line: Buffer): void;
  tooLong(start: Buffer): void;
}

/** The parts that all links share. */
export interface LinkParts {
  readonly self: MemberId;
  readonly clock: Clock;
  readonly log: RationedLog;
  readonly limits: TcpLimits;
  readonly dialler: Dialler;
}

/**
 * This node's side of the one connection to a member, over all the connections that it will have. Connects when there is
 * something to send, and again for as long as there is.
 */
export class PeerLink {
  private readonly queue: PeerQueue;
  private current: Connection | undefined;
  /** Connections that are open still, the current one included. */
  private readonly open = new Set<Connection>();
  private attempt: AbortController | undefined;
  private cancelPause: CancelTask | undefined;
  private connectedAt = 0;
  private reads = false;
  /** What the operator was told is wrong. */
  private trouble: string | undefined;
  private whenClosed: (() => void) | undefined;

  constructor(
    readonly peer: MemberId,
    private readonly address: Address,
    private readonly parts: LinkParts,
    private readonly backOff: BackOff,
    private readonly listener: LinkListener,
  ) {
    this.queue = new PeerQueue(parts.limits.maxQueuedBytes);
  }

  get isConnected(): boolean {
    return this.current !== undefined;
  }

  /** Bytes that wait for the member in this process. */
  get queuedBytes(): number {
    return this.queue.bytes + (this.current?.leaving ?? 0);
  }

  send(line: Buffer): void {
    const dropped = this.queue.push(line, this.current?.leaving ?? 0);
    if (dropped > 0)
      this.parts.log.count(
        `queue ${this.peer}`,
        dropped,
        (count) =>
          `dropped the oldest ${count === 1 ? "message" : `${count} messages`} to ${this.peer}: more than ${this.parts.limits.maxQueuedBytes} bytes wait for it`,
      );
    if (this.current === undefined) this.dial();
    else this.current.pump();
  }

  /** Messages are wanted from now on. */
  read(): void {
    this.reads = true;
    for (const connection of this.open) connection.read();
  }

  /** Whether a connection that is offered would be the one to stay. */
  wants(introduced: Introduced): boolean {
    if (this.whenClosed !== undefined) return false;
    const { current } = this;
    return current === undefined || replaces(introduced, current.introduced, this.parts.self, this.peer);
  }

  /** Takes a connection on which both have said hello. */
  adopt({ socket, introduced }: Introduction): void {
    const { clock, limits, log } = this.parts;
    const isWanted = this.wants(introduced);
    const connection: Connection = new Connection(socket, introduced, this.queue, clock, limits, {
      message: (line) => this.listener.message(line),
      tooLong: (start) => this.listener.tooLong(start),
      rival: (rival, you) => this.outed(rival, you),
      alive: () => this.foundRivals(connection),
      closed: (error) => this.lost(connection, error),
    });
    this.open.add(connection);
    if (this.reads) connection.read();
    if (this.whenClosed !== undefined) {
      connection.finish();
      return;
    }
    if (!isWanted) {
      connection.retire();
      return;
    }
    const former = this.current;
    this.current = connection;
    this.connectedAt = clock.now();
    // An earlier life that is over does not answer; one that does is another process under the same id.
    if (former !== undefined && former.introduced.hello.life !== introduced.hello.life) former.expose(connection.place);
    former?.retire();
    this.cancelPause?.();
    this.cancelPause = undefined;
    if (this.trouble !== undefined) log.line(`${this.peer} is reached again`);
    this.trouble = undefined;
    connection.pump();
  }

  /** Sends what waits if the member is there to take it, and lets go of everything. */
  finish(): Promise<void> {
    return new Promise((resolve) => {
      this.whenClosed = resolve;
      this.cancelPause?.();
      for (const connection of this.open) connection.finish();
      if (this.queue.isEmpty) this.attempt?.abort();
      else this.cancelPause = this.parts.clock.schedule(this.parts.limits.closeTimeout, () => this.attempt?.abort());
      this.closedIfDone();
    });
  }

  /** Lets go of everything at once, and of what waits. */
  destroy(): Promise<void> {
    return new Promise((resolve) => {
      this.whenClosed = resolve;
      this.cancelPause?.();
      this.attempt?.abort();
      for (const connection of this.open) connection.destroy();
      this.closedIfDone();
    });
  }

  private dial(): void {
    if (this.attempt !== undefined || this.cancelPause !== undefined || this.whenClosed !== undefined) return;
    const attempt = new AbortController();
    this.attempt = attempt;
    this.parts.dialler
      .dial(this.peer, this.address, attempt.signal, () => this.current === undefined)
      .then(
        (introduction) => {
          this.attempt = undefined;
          this.adopt(introduction);
        },
        (error: Error) => {
          this.attempt = undefined;
          if (!(error instanceof Superfluous))
            this.tell(`cannot reach ${this.peer} at ${writeAddress(this.address)}: ${error.message}`);
          this.pause();
        },
      );
  }

  private lost(connection: Connection, error: Error | undefined): void {
    this.open.delete(connection);
    if (connection === this.current) {
      this.current = undefined;
      // A connection that breaks again and again is no better than none.
      if (this.parts.clock.now() - this.connectedAt >= this.parts.limits.longestPause) this.backOff.reset();
      this.tell(`lost the connection to ${this.peer}: ${error?.message ?? "it was closed at the other end"}`);
      this.pause();
    }
    this.closedIfDone();
  }

  /** Tries again after a while, if there is something to send then. */
  private pause(): void {
    if (this.whenClosed !== undefined) this.closedIfDone();
    else if (this.current === undefined)
      this.cancelPause ??= this.parts.clock.schedule(this.backOff.next(), () => {
        this.cancelPause = undefined;
        if (!this.queue.isEmpty) this.dial();
      });
  }

  /** Two processes have the peer's id: the one on this connection, and the one that has taken its place. */
  private foundRivals(connection: Connection): void {
    const { current } = this;
    if (current === undefined || current.introduced.hello.life === connection.introduced.hello.life) return;
    this.parts.log.ration(
      `rivals ${this.peer}`,
      `two processes say that they are ${this.peer}: one at ${connection.place}, one at ${current.place}; every member needs an id of its own, so stop one of them`,
    );
    current.expose(connection.place);
  }

  /** The peer says that another process has this node's id. */
  private outed(rival: string, you: string): void {
    const { self, log } = this.parts;
    log.ration(
      "rival",
      `another process says that it is ${self}: ${this.peer} sees it at ${excerpt(rival)}, and this one at ${excerpt(you)}; every member needs an id of its own, so stop one of them`,
    );
  }

  /** Tells what is wrong, once until it is over or something else is. */
  private tell(trouble: string): void {
    if (this.whenClosed !== undefined || trouble === this.trouble) return;
    this.trouble = trouble;
    this.parts.log.line(trouble);
  }

  private closedIfDone(): void {
    if (this.whenClosed === undefined || this.open.size > 0 || this.attempt !== undefined) return;
    this.cancelPause?.();
    this.whenClosed();
  }
}
