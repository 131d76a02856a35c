import { messageTooLarge } from "../../application/log-events.js";
import { checkOptions } from "../../application/options/check-options.js";
import { InvalidOptions } from "../../application/options/invalid-options.js";
import { excerpt } from "../../application/wire/excerpt.js";
import { isMemberMessage } from "../../application/wire/member-messages.js";
import type { Clock } from "../../domain/ports/clock.js";
import type { Log } from "../../domain/ports/log.js";
import type { MemberChannel, MemberChannelListener } from "../../domain/ports/member-channel.js";
import type { Random } from "../../domain/ports/random.js";
import type { DroppedMessages, MemberId, MessageListener, Transport } from "../../domain/ports/transport.js";
import { CompactWire } from "../compact-wire/compact-wire.js";
import { parseEnvelope } from "../json-lines/envelope.js";
import { type Address, writeAddress } from "./address.js";
import { BackOff } from "./back-off.js";
import { type FirstExpiry, type TlsCredentials, tlsSchema } from "./certificates.js";
import { Dialler } from "./dialler.js";
import { ExpiryWatch } from "./expiry-watch.js";
import type { TcpLimits } from "./limits.js";
import { LinkTable } from "./link-table.js";
import { Listener } from "./listener.js";
import { certificateExpiring, frameInvalid, lineInvalid, receiverIsSelf, receiverUnknown } from "./log-events.js";
import { type NameServer, systemNames } from "./name-resolver.js";
import { lineOf } from "./outgoing.js";
import { PeerLink } from "./peer-link.js";
import { RationedLog } from "./rationed-log.js";
import { receive } from "./reception.js";
import { Self } from "./self.js";
import { nodeSockets } from "./sockets/node-sockets.js";
import type { Sockets } from "./sockets/sockets.js";
import { TcpMemberChannel } from "./tcp-member-channel.js";

/** Ports of a node on TCP. */
export interface TcpPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Default: the system's resolver. */
  readonly names?: NameServer | undefined;
  /** Default: the system's sockets. */
  readonly sockets?: Sockets | undefined;
}

/** A cluster whose members come and go. */
interface OpenCluster {
  /** Address at which other members reach this node. */
  readonly address: string;
  readonly seeds: readonly string[];
  /** The problem with connecting to an address; `undefined` if there is none. */
  readonly mayConnect: (address: Address) => string | undefined;
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
  /** Every member's address, and perhaps this node's; `undefined` if members come and go. */
  readonly members: ReadonlyMap<MemberId, Address> | undefined;
  /** Whether it uses the compact wire with members that understand it. */
  readonly isCompact: boolean;
}

/** Messages for a node that does not listen yet are kept up to this number; the protocol repairs the loss of others. */
const MOST_EARLY = 1000;

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
  private readonly links: LinkTable;
  private readonly dialler: Dialler;
  private readonly names: NameServer;
  private readonly sockets: Sockets;
  private readonly listener: Listener;
  private readonly self: Self;
  private readonly compact: CompactWire;
  private readonly log: RationedLog;
  private deliver: MessageListener | undefined;
  private readonly early: { readonly from: MemberId; readonly body: object }[] = [];
  private channel: MemberChannelListener | undefined;
  /**
   * The way for messages about members, and the addresses to begin with; `undefined` with a fixed list.
   * @internal
   */
  entrance: { readonly channel: MemberChannel; readonly seeds: readonly string[] } | undefined;
  private whenDropped: (dropped: DroppedMessages) => void = () => {};
  private closing: Promise<void> | undefined;
  private readonly closed = new AbortController();
  private readonly isSecure: boolean;
  private readonly expiry: ExpiryWatch;
  /** What `expiry` watches. */
  private expiring: FirstExpiry["setting"] = "tls.cert";

  constructor(
    { clock, random, log, credentials, names = systemNames, sockets = nodeSockets }: TcpTransportDeps,
    { id, life, members, isCompact }: TcpMember,
    private readonly limits: TcpLimits,
  ) {
    this.id = id;
    this.isSecure = credentials !== undefined;
    this.expiry = new ExpiryWatch({
      clock,
      warn: (expiry) => log.event(certificateExpiring({ ...expiry, setting: this.expiring })),
    });
    this.maxMessageBytes = limits.maxMessageBytes;
    this.log = new RationedLog(log, clock);
    const self = new Self(id, life, isCompact);
    this.self = self;
    this.compact = new CompactWire(id);
    const dialler = new Dialler({ clock, credentials, names, sockets }, self, limits.authenticationTimeout);
    this.dialler = dialler;
    this.names = names;
    this.sockets = sockets;
    const parts = { self: id, clock, log: this.log, limits, dialler, compact: this.compact };
    const linkTo = (peer: MemberId, address: Address | undefined) => {
      const link = new PeerLink(
        {
          ...parts,
          backOff: new BackOff(random, limits.shortestPause, limits.longestPause),
          listener: {
            message: (line) => this.take(peer, line),
            body: (body) => this.takeBody(peer, body),
            tooLong: (start) =>
              this.drop(peer, start, `it is larger than ${limits.maxMessageBytes} bytes (limits.maxMessageBytes)`),
            disconnected: () => this.disconnected(peer),
            dropped: (count) => this.whenDropped({ member: peer, count, reason: "the queue for the member is full" }),
          },
        },
        peer,
        address,
      );
      if (this.isReading) link.read();
      return link;
    };
    const others = members && new Map([...members].filter(([peer]) => peer !== id));
    this.links = new LinkTable(linkTo, others);
    this.listener = new Listener({ clock, log: this.log, sockets, credentials }, limits, (visitor) => {
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

  /**
   * Replaces this node's key, its certificate and the trusted authority, without a restart: new connections use them, in both
   * directions, and present connections stay as they are. To replace the authority, let all members trust both for a while.
   * @throws {InvalidOptions} if the transport was opened without `tls`, or for credentials that the others would refuse; the old ones
   * stay in use then
   */
  renewCertificate(credentials: TlsCredentials): void {
    if (!this.isSecure)
      throw new InvalidOptions("renewCertificate needs a transport that was opened with the option tls");
    const checked = checkOptions("renewCertificate", tlsSchema, credentials) as TlsCredentials;
    const first = this.sockets.checkCredentials(checked, this.id);
    this.listener.renew(checked);
    this.dialler.renew(checked);
    this.watchExpiry(first);
  }

  /**
   * Warns before this node's certificate, or its authority, expires.
   * @param first `undefined` if nothing expires
   * @internal
   */
  watchExpiry(first: FirstExpiry | undefined): void {
    if (first === undefined || this.closing !== undefined) return;
    this.expiring = first.setting;
    this.expiry.watch(first.expires);
  }

  /** Address on which this node listens, `host:port`, with the port that the system chose for port 0. */
  get address(): string {
    return this.self.listens ?? "";
  }

  send(to: MemberId, body: object): void {
    if (this.closing !== undefined) return;
    const link = to === this.id ? undefined : this.links.to(to);
    if (link === undefined || !link.isUsable) {
      // News of a member may overtake its address, or come after it has left.
      if (this.channel !== undefined) return;
      const reason = this.links.isOpen
        ? "whose address is unknown; set createNode's option members to tcpMembership(transport)"
        : "which is not in the member list";
      this.log.ration("stranger", to === this.id ? receiverIsSelf({ to }) : receiverUnknown({ to, reason }));
      return;
    }
    const content = (link.isCompact ? this.compact.frame(to, body) : undefined) ?? JSON.stringify(body);
    const bytes = Buffer.byteLength(content);
    if (bytes > this.limits.maxMessageBytes) {
      const limit = this.limits.maxMessageBytes;
      const reason = `its ${bytes} bytes exceed ${limit} (limits.maxMessageBytes)`;
      this.log.event(messageTooLarge({ member: to, bytes, limit, reason }));
      this.whenDropped({ member: to, count: 1, reason });
    } else link.send(typeof content === "string" ? lineOf(this.id, to, content) : content);
  }

  /** Starts to read: earlier messages wait in the sockets, and at their senders. */
  onMessage(listener: MessageListener): void {
    this.deliver = listener;
    for (const { from, body } of this.early.splice(0)) listener(from, body);
    for (const link of this.links.values()) link.read();
  }

  onDropped(listener: (dropped: DroppedMessages) => void): void {
    this.whenDropped = listener;
  }

  /** Whether a connection to the member is open. A host that vanished counts as connected until its silence is noticed. */
  isConnected(member: string): boolean {
    return this.links.values().some(({ peer, isConnected }) => peer === member && isConnected);
  }

  /**
   * Lets members come and go.
   * @internal
   */
  open({ address, seeds, mayConnect }: OpenCluster): void {
    const channel = new TcpMemberChannel(
      {
        links: this.links,
        dialler: this.dialler,
        names: this.names,
        log: this.log,
        mayConnect,
        maxMessageBytes: this.maxMessageBytes,
        send: (to, body) => this.send(to, body),
        listen: (listener) => {
          this.channel = listener;
          for (const link of this.links.values()) link.read();
        },
        whenClosed: this.closed.signal,
      },
      this.id,
      address,
    );
    this.entrance = { channel, seeds };
  }

  /** State of the link to each other member. */
  state(): TcpLinkState[] {
    return this.links.values().map(({ peer: member, isConnected: connected, queuedBytes }) => ({
      member,
      connected,
      queuedBytes,
    }));
  }

  /** Whether `close` was called; `createNode` refuses the transport then. */
  get isClosed(): boolean {
    return this.closing !== undefined;
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
    this.closed.abort();
    this.expiry.close();
    await Promise.all([this.listener.close(), ...this.links.values().map(end)]);
    this.log.close();
  }

  private take(from: MemberId, line: Buffer): void {
    if (this.closing !== undefined) return;
    const body = this.bodyOf(line, from);
    if (typeof body === "string") this.drop(from, line, body);
    else this.arrived(from, body);
  }

  private arrived(from: MemberId, body: object): void {
    if (this.links.isOpen && isMemberMessage(body)) this.channel?.received(from, body);
    else if (this.deliver !== undefined) this.deliver(from, body);
    else if (this.early.push({ from, body }) > MOST_EARLY) this.early.shift();
  }

  /** Whether messages are read: with a fixed list, once the node listens. Members are found before that. */
  private get isReading(): boolean {
    return this.deliver !== undefined || this.channel !== undefined;
  }

  private disconnected(peer: MemberId): void {
    this.links.disconnected(peer);
    this.channel?.disconnected(peer);
  }

  private takeBody(from: MemberId, body: object | string): void {
    if (this.closing !== undefined) return;
    if (typeof body === "string") this.log.ration(`line of ${from}`, frameInvalid({ member: from, reason: body }));
    else this.arrived(from, body);
  }

  /** The content of a line, or a description of the problem. */
  private bodyOf(line: Buffer, from: MemberId): object | string {
    const parsed = parseEnvelope(line);
    if (typeof parsed === "string") return parsed;
    const { src, dest, body } = parsed;
    if (src !== from) return `its src is ${excerpt(src)}`;
    return dest === this.id ? body : `its dest is not this node, ${this.id}`;
  }

  private drop(from: MemberId, line: Buffer, reason: string): void {
    const start = line.toString("utf8", 0, 400);
    this.log.ration(`line of ${from}`, lineInvalid({ member: from, reason, line: start }));
  }
}
