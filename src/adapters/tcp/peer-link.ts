import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { LogEvent } from "../../domain/ports/log.js";
import type { MemberId } from "../../domain/ports/transport.js";
import type { CompactWire } from "../compact-wire/compact-wire.js";
import { type Address, isSameAddress, writeAddress } from "./address.js";
import type { BackOff } from "./back-off.js";
import { Connection } from "./connection.js";
import { type Dialler, type Introduction, Superfluous } from "./dialler.js";
import type { TcpLimits } from "./limits.js";
import {
  connectFailed,
  connectionLost,
  connectionRestored,
  ownIdInUse,
  peerIdInUse,
  queueOverflow,
} from "./log-events.js";
import { lineWriter } from "./outgoing.js";
import { PeerQueue } from "./peer-queue.js";
import type { RationedLog } from "./rationed-log.js";
import { type Introduced, replaces } from "./rivals.js";

/** Events of the link to a member. */
export interface LinkListener {
  message(line: Buffer): void;
  /** A message of the compact wire: its body, or a description of the problem with it. */
  body(body: object | string): void;
  tooLong(start: Buffer): void;
  /** The connection was lost, and this node did not close it. */
  disconnected(): void;
  /** Messages to the member were dropped. */
  dropped(count: number): void;
}

interface PeerLinkDeps {
  readonly self: MemberId;
  readonly clock: Clock;
  readonly log: RationedLog;
  readonly limits: TcpLimits;
  readonly dialler: Dialler;
  readonly compact: CompactWire;
  readonly backOff: BackOff;
  readonly listener: LinkListener;
}

/**
 * This node's side of the link to a member, across successive connections. It connects when there are messages to send, and
 * reconnects as long as there are.
 */
export class PeerLink {
  private readonly queue: PeerQueue;
  private current: Connection | undefined;
  /** Open connections, the current one included. */
  private readonly open = new Set<Connection>();
  private attempt: AbortController | undefined;
  /** Whether the last connection was closed by the other end while an attempt was under way, which may replace it. */
  private mayBeReplaced = false;
  private cancelPause: CancelTask | undefined;
  private connectedAt = 0;
  private reads = false;
  private usesCompactWire = false;
  /** The last problem that was logged. */
  private trouble: string | undefined;
  private whenClosed: (() => void) | undefined;

  constructor(
    private readonly deps: PeerLinkDeps,
    readonly peer: MemberId,
    /** Address of the member; without one it has to make the connection. */
    private address: Address | undefined,
  ) {
    this.queue = new PeerQueue(deps.limits.maxQueuedBytes);
  }

  get isConnected(): boolean {
    return this.current !== undefined;
  }

  /** Whether the member understands the compact wire, as far as known. */
  get isCompact(): boolean {
    return this.usesCompactWire;
  }

  /** Bytes queued for the member in this process. */
  get queuedBytes(): number {
    return this.queue.bytes + (this.current?.leaving ?? 0);
  }

  /** Whether the link is of use: the member is connected, or can be. */
  get isUsable(): boolean {
    return this.address !== undefined || this.open.size > 0;
  }

  /** The member is at this address from now on. */
  locate(address: Address): void {
    if (this.whenClosed !== undefined) return;
    if (this.address !== undefined && isSameAddress(this.address, address)) return;
    this.address = address;
    this.deps.backOff.reset();
    this.cancelPause?.();
    this.cancelPause = undefined;
    if (this.current === undefined && !this.queue.isEmpty) this.dial();
  }

  /** Queues a message for the member. Not to be called after `finish` or `destroy`. */
  send(line: Buffer): void {
    const dropped = this.queue.push(line, this.current?.leaving ?? 0);
    if (dropped > 0) this.deps.listener.dropped(dropped);
    if (dropped > 0)
      this.deps.log.count(`queue ${this.peer}`, dropped, (count) =>
        queueOverflow({ member: this.peer, count, limit: this.deps.limits.maxQueuedBytes }),
      );
    if (this.current === undefined) this.dial();
    else this.current.pump();
  }

  /** Starts to deliver messages. */
  read(): void {
    this.reads = true;
    for (const connection of this.open) connection.read();
  }

  /** Whether an offered connection would be kept. */
  wants(introduced: Introduced): boolean {
    if (this.whenClosed !== undefined) return false;
    const { current } = this;
    return current === undefined || replaces(introduced, current.introduced, this.deps.self, this.peer);
  }

  /** Takes a connection on which both ends have said hello. */
  adopt({ socket, introduced, isCompact }: Introduction): void {
    const { clock, limits, log, compact } = this.deps;
    this.usesCompactWire = isCompact;
    // The member may have been replaced by an older version.
    if (!isCompact) this.queue.rewrite(lineWriter(compact, this.deps.self, this.peer));
    const isWanted = this.wants(introduced);
    const connection: Connection = new Connection(
      {
        socket,
        queue: this.queue,
        isCompact,
        compact,
        clock,
        listener: {
          message: (line) => this.deps.listener.message(line),
          body: (body) => this.deps.listener.body(body),
          tooLong: (start) => this.deps.listener.tooLong(start),
          rival: (rival, you) => this.outed(rival, you),
          alive: () => this.foundRivals(connection),
          closed: (error) => this.lost(connection, error),
        },
      },
      introduced,
      limits,
    );
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
    this.mayBeReplaced = false;
    this.connectedAt = clock.now();
    // An earlier life that is over does not answer; if it answers, it is another process with the same id.
    if (former !== undefined && former.introduced.hello.life !== introduced.hello.life) former.expose(connection.place);
    former?.retire();
    this.cancelPause?.();
    this.cancelPause = undefined;
    if (this.trouble !== undefined) log.event(connectionRestored({ member: this.peer }));
    this.trouble = undefined;
    connection.pump();
  }

  /** Sends the queue if the member can take it, and closes all connections. */
  finish(): Promise<void> {
    return new Promise((resolve) => {
      this.whenClosed = resolve;
      this.cancelPause?.();
      for (const connection of this.open) connection.finish();
      if (this.queue.isEmpty) this.attempt?.abort();
      else this.cancelPause = this.deps.clock.schedule(this.deps.limits.closeTimeout, () => this.attempt?.abort());
      this.closedIfDone();
    });
  }

  /** Closes all connections at once, and drops the queue. */
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
    const { address } = this;
    if (address === undefined) return;
    if (this.attempt !== undefined || this.cancelPause !== undefined) return;
    const attempt = new AbortController();
    this.attempt = attempt;
    this.deps.dialler
      .dial(this.peer, address, attempt.signal, () => this.current === undefined)
      .then(
        (introduction) => {
          this.attempt = undefined;
          this.adopt(introduction);
        },
        (error: Error) => {
          this.attempt = undefined;
          if (this.mayBeReplaced) this.reportLoss(undefined);
          if (!(error instanceof Superfluous)) this.unreached(address, error);
          this.pause();
        },
      );
  }

  private unreached(address: Address, error: Error): void {
    this.tell(connectFailed({ member: this.peer, address: writeAddress(address), reason: error.message }));
    // Its host answers, and its process does not.
    if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED") this.deps.listener.disconnected();
  }

  private lost(connection: Connection, error: Error | undefined): void {
    this.open.delete(connection);
    if (connection === this.current) {
      this.current = undefined;
      // A connection that breaks repeatedly is no better than none.
      if (this.deps.clock.now() - this.connectedAt >= this.deps.limits.longestPause) this.deps.backOff.reset();
      // When both ends dial at once, the other end may close this connection before its hello on the other one arrives.
      this.mayBeReplaced = error === undefined && this.attempt !== undefined;
      if (!this.mayBeReplaced) this.reportLoss(error);
      this.pause();
    }
    this.closedIfDone();
  }

  private reportLoss(error: Error | undefined): void {
    this.mayBeReplaced = false;
    this.tell(connectionLost({ member: this.peer, reason: error?.message ?? "the other end closed it" }));
    if (this.whenClosed === undefined) this.deps.listener.disconnected();
  }

  /** Tries again after a pause, if there are messages to send then. */
  private pause(): void {
    if (this.whenClosed !== undefined) this.closedIfDone();
    else if (this.current === undefined)
      this.cancelPause ??= this.deps.clock.schedule(this.deps.backOff.next(), () => {
        this.cancelPause = undefined;
        if (!this.queue.isEmpty) this.dial();
      });
  }

  /** Two processes use the peer's id: the one on this connection, and the one that has replaced it. */
  private foundRivals(connection: Connection): void {
    const { current } = this;
    if (current === undefined || current.introduced.hello.life === connection.introduced.hello.life) return;
    const addresses = [connection.place, current.place] as const;
    this.deps.log.ration(`rivals ${this.peer}`, peerIdInUse({ id: this.peer, addresses }));
    current.expose(connection.place);
  }

  /** The peer reports that another process uses this node's id. */
  private outed(rival: string, you: string): void {
    const { self: id, log } = this.deps;
    log.ration("rival", ownIdInUse({ id, member: this.peer, address: rival, ownAddress: you }));
  }

  /** Logs a problem once, until it is over or another one appears. */
  private tell(trouble: LogEvent): void {
    if (this.whenClosed !== undefined || trouble.text === this.trouble) return;
    this.trouble = trouble.text;
    this.deps.log.event(trouble);
  }

  private closedIfDone(): void {
    if (this.whenClosed === undefined || this.open.size > 0 || this.attempt !== undefined) return;
    this.cancelPause?.();
    this.whenClosed();
  }
}
