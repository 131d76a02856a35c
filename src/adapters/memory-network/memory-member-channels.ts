import type { Clock } from "../../domain/ports/clock.js";
import type { MemberChannel, MemberChannelListener } from "../../domain/ports/member-channel.js";
import type { MemberId } from "../../domain/ports/transport.js";

/** A node that can be reached. */
interface Host {
  readonly id: MemberId;
  /** Takes a message, and notes where its sender is. */
  take: (from: Host, body: object) => void;
  listener: MemberChannelListener | undefined;
}

/**
 * Channels between members in memory: for all nodes of a test in one process, on one clock. The address of a node is its
 * id with a suffix, unless it names another one. A message opens a connection, which ends when one of the nodes does.
 */
export class MemoryMemberChannels {
  private readonly hosts = new Map<string, Host>();
  /** Addresses of hosts that are gone. */
  private readonly silent = new Set<string>();
  /** The nodes that a node is connected with. */
  private readonly connections = new Map<Host, Set<Host>>();
  /** Addresses of names. */
  readonly names = new Map<string, readonly string[]>();
  /** Called for each message. */
  onSend: (from: MemberId, to: MemberId, body: object) => void = () => {};
  /** Called for each address that a node tries. */
  onIdentify: (from: MemberId, address: string) => void = () => {};

  /** The most bytes of JSON of a message. */
  maxMessageBytes = 8 * 1024 * 1024;

  /** @param latency time that a message takes, in ms; `undefined` loses it */
  constructor(
    private readonly clock: Clock,
    private readonly latency: (from: MemberId, to: MemberId) => number | undefined,
  ) {}

  /** The channel of a node, which is reachable from now on. A second node at the same address replaces the first. */
  attach(self: MemberId, address = addressOf(self)): MemberChannel {
    const addresses = new Map<MemberId, string>();
    /** Nodes that have sent something. */
    const guests = new Map<MemberId, Host>();
    const host: Host = {
      id: self,
      take: (from, body) => {
        guests.set(from.id, from);
        host.listener?.received(from.id, body);
      },
      listener: undefined,
    };
    this.hosts.set(address, host);
    this.silent.delete(address);
    const isThere = () => this.hosts.get(address) === host;
    return {
      self,
      address,
      maxMessageBytes: this.maxMessageBytes,
      send: (to, body) => {
        if (!isThere()) return;
        this.onSend(self, to, body);
        const target = this.hosts.get(addresses.get(to) ?? "") ?? guests.get(to);
        if (target === undefined || target.id !== to) {
          this.refuse(host, to, addresses.get(to));
          return;
        }
        this.later(self, to, () => {
          if (target.listener === undefined) return;
          if (isThere()) this.connect(host, target);
          target.take(host, body);
        });
      },
      locate: (member, at) => addresses.set(member, at),
      forget: (member) => {
        addresses.delete(member);
        guests.delete(member);
      },
      resolve: (seed, found) => {
        this.clock.schedule(0, () => found(this.names.get(seed) ?? [seed]));
      },
      identify: (at, found) => {
        this.onIdentify(self, at);
        const target = this.hosts.get(at);
        const [there, back] =
          target === undefined ? [0, 0] : [this.latency(self, target.id), this.latency(target.id, self)];
        const travel = there === undefined || back === undefined ? LOST : there + back;
        this.clock.schedule(travel, () => found(travel < LOST ? this.hosts.get(at)?.id : undefined));
      },
      listen: (listener) => {
        host.listener = listener;
      },
    };
  }

  /** A process ends: its connections are closed. @param isSilent whether its host is gone as well, so that nobody notices */
  end(address: string, isSilent = false): void {
    const host = this.hosts.get(address);
    if (host === undefined) return;
    this.hosts.delete(address);
    if (isSilent) this.silent.add(address);
    host.listener = undefined;
    const connected = this.connections.get(host) ?? new Set();
    this.connections.delete(host);
    for (const other of connected) {
      this.connections.get(other)?.delete(host);
      if (!isSilent) this.later(host.id, other.id, () => other.listener?.disconnected(host.id));
    }
  }

  /** The connection between two nodes breaks; the next message opens another one. */
  disconnect(one: string, other: string): void {
    const [host, peer] = [this.hosts.get(one), this.hosts.get(other)];
    if (host === undefined || peer === undefined || this.connections.get(host)?.delete(peer) !== true) return;
    this.connections.get(peer)?.delete(host);
    host.listener?.disconnected(peer.id);
    peer.listener?.disconnected(host.id);
  }

  /** No process listens at the address: its host says so, unless it is silent. */
  private refuse(host: Host, to: MemberId, address: string | undefined): void {
    if (address === undefined || this.silent.has(address)) return;
    this.later(to, host.id, () => host.listener?.disconnected(to));
  }

  private connect(one: Host, other: Host): void {
    for (const [host, peer] of [
      [one, other],
      [other, one],
    ] as const) {
      const peers = this.connections.get(host) ?? new Set();
      peers.add(peer);
      this.connections.set(host, peers);
    }
  }

  private later(from: MemberId, to: MemberId, task: () => void): void {
    const latency = this.latency(from, to);
    if (latency !== undefined) this.clock.schedule(latency, task);
  }
}

/** An attempt to connect to a host that does not answer ends after this time, in ms. */
const LOST = 5_000;

/** The address of a node in memory. */
export function addressOf(member: MemberId): string {
  return `${member}.memory:1`;
}
