import { excerpt } from "../../application/wire/excerpt.js";
import type { Clock } from "../../domain/ports/clock.js";
import type { Log } from "../../domain/ports/log.js";
import type { Random } from "../../domain/ports/random.js";
import type { MemberId, MessageListener, Transport } from "../../domain/ports/transport.js";
import { CompactWire } from "../compact-wire/compact-wire.js";
import { parseEnvelope } from "../json-lines/envelope.js";
import { type Address, writeAddress } from "./address.js";
import { BackOff } from "./back-off.js";
import type { TlsCredentials } from "./certificates.js";
import { Dialler } from "./dialler.js";
import type { TcpLimits } from "./limits.js";
import { Listener } from "./listener.js";
import { lineOf } from "./outgoing.js";
import { PeerLink } from "./peer-link.js";
import { RationedLog } from "./rationed-log.js";
import { receive } from "./reception.js";
import { Self } from "./self.js";

/** Ports of a node on TCP. */
export interface TcpPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface TcpTransportDeps extends TcpPorts {
  /** Absent in a cluster without TLS. */
  readonly credentials?: TlsCredentials | undefined;
}

/** The member of this transport, and its cluster. */
interface TcpMember {
  readonly id: MemberId;
  /** Differs for each start of the node. */
  readonly life: string;
  /** Every member's address; may include this node. */
  readonly members: ReadonlyMap<MemberId, Address>;
  /** Whether it uses the compact wire with members that understand it. */
  readonly isCompact: boolean;
}

/** State of the link to another member. */
export interface TcpLinkState {
  readonly member: MemberId;
  readonly connected: boolean;
  /** Bytes queued in this process. */
  readonly queuedBytes: number;
}

/**
 * Carries messages between members over TCP, in the compact wire, or as one JSON text per line if either end does not know it; with
 * TLS each member proves its id by certificate. A pair of members shares one connection, opened by the first message.
 */
export class TcpTransport implements Transport {
  readonly id: MemberId;
  readonly maxMessageBytes: number;
  private readonly links = new Map<MemberId, PeerLink>();
  private readonly listener: Listener;
  private readonly self: Self;
  private readonly compact: CompactWire;
  private readonly log: RationedLog;
  private deliver: MessageListener | undefined;
  private closing: Promise<void> | undefined;

  constructor(
    { clock, random, log, credentials }: TcpTransportDeps,
    { id, life, members, isCompact }: TcpMember,
    private readonly limits: TcpLimits,
  ) {
    this.id = id;
    this.maxMessageBytes = limits.maxMessageBytes;
    this.log = new RationedLog(log, clock);
    const self = new Self(id, life, isCompact);
    this.self = self;
    this.compact = new CompactWire(id);
    const dialler = new Dialler({ clock, credentials }, self, limits.authenticationTimeout);
    const parts = { self: id, clock, log: this.log, limits, dialler, compact: this.compact };
    for (const [peer, address] of members)
      if (peer !== id)
        this.links.set(
          peer,
          new PeerLink(
            {
              ...parts,
              backOff: new BackOff(random, limits.shortestPause, limits.longestPause),
              listener: {
                message: (line) => this.take(peer, line),
                body: (body) => this.takeBody(peer, body),
                tooLong: (start) =>
                  this.drop(peer, start, `it is larger than ${limits.maxMessageBytes} bytes (limits.maxMessageBytes)`),
              },
            },
            peer,
            address,
          ),
        );
    this.listener = new Listener({ clock, log: this.log, credentials }, limits, (visitor) => {
      void receive(visitor, self, this.links, this.log);
    });
  }

  /**
   * Starts to accept connections.
   * @throws {CannotListen} with the address and the reason
   */
  async listen(address: Address): Promise<void> {
    this.self.listens = writeAddress(await this.listener.listen(address));
  }

  /** Address on which this node listens, `host:port`, with the port that the system chose for port 0. */
  get address(): string {
    return this.self.listens ?? "";
  }

  send(to: MemberId, body: object): void {
    if (this.closing !== undefined) return;
    const link = this.links.get(to);
    if (link === undefined) {
      const who = to === this.id ? "this node itself" : `${excerpt(to)}, which is not in the member list`;
      this.log.ration("stranger", `dropped a message to ${who}`);
      return;
    }
    const frame = link.isCompact ? this.compact.frame(to, body) : undefined;
    const text = frame === undefined ? JSON.stringify(body) : "";
    const bytes = frame?.length ?? Buffer.byteLength(text);
    if (bytes > this.limits.maxMessageBytes)
      this.log.line(
        `dropped a message to ${to}: its ${bytes} bytes exceed ${this.limits.maxMessageBytes} (limits.maxMessageBytes)`,
      );
    else link.send(frame ?? lineOf(this.id, to, text));
  }

  /** Starts to read: earlier messages wait in the sockets, and at their senders. */
  onMessage(listener: MessageListener): void {
    this.deliver = listener;
    for (const link of this.links.values()) link.read();
  }

  /** State of the link to each other member. */
  state(): TcpLinkState[] {
    return [...this.links].map(([member, { isConnected: connected, queuedBytes }]) => ({
      member,
      connected,
      queuedBytes,
    }));
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown((link) => link.finish());
    return this.closing;
  }

  /** Closes at once, as the end of the process would: queued messages are lost. */
  destroy(): Promise<void> {
    this.closing = this.shutDown((link) => link.destroy());
    return this.closing;
  }

  private async shutDown(end: (link: PeerLink) => Promise<void>): Promise<void> {
    this.deliver = undefined;
    await Promise.all([this.listener.close(), ...[...this.links.values()].map(end)]);
    this.log.close();
  }

  private take(from: MemberId, line: Buffer): void {
    if (this.closing !== undefined) return;
    const body = this.bodyOf(line, from);
    if (typeof body === "string") this.drop(from, line, body);
    else this.deliver?.(from, body);
  }

  private takeBody(from: MemberId, body: object | string): void {
    if (this.closing !== undefined) return;
    if (typeof body === "string") this.log.ration(`line of ${from}`, `dropped a message from ${from}: ${body}`);
    else this.deliver?.(from, body);
  }

  /** The content of a line, or a description of the problem. */
  private bodyOf(line: Buffer, from: MemberId): object | string {
    const parsed = parseEnvelope(line);
    if (typeof parsed === "string") return parsed;
    const { src, dest, body } = parsed.envelope;
    if (src !== from) return `its src is ${excerpt(src)}`;
    return dest === this.id ? body : `its dest is not this node, ${this.id}`;
  }

  private drop(from: MemberId, line: Buffer, reason: string): void {
    this.log.ration(
      `line of ${from}`,
      `dropped a line from ${from}: ${reason}: ${excerpt(line.toString("utf8", 0, 400))}`,
    );
  }
}
