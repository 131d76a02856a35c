import type { LogEvent } from "../../domain/ports/log.js";
import type { MemberChannel, MemberChannelListener } from "../../domain/ports/member-channel.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { type Address, parseAddress, writeAddress } from "./address.js";
import type { Dialler } from "./dialler.js";
import type { LinkTable } from "./link-table.js";
import { memberAddressUnusable, seedSilent, seedUnknown, seedUnusable } from "./log-events.js";
import { addressesOfSeed, type NameServer } from "./name-resolver.js";
import type { RationedLog } from "./rationed-log.js";

interface TcpMemberChannelDeps {
  readonly links: LinkTable;
  readonly dialler: Dialler;
  readonly names: NameServer;
  readonly log: RationedLog;
  /** The problem with connecting to an address; `undefined` if there is none. */
  readonly mayConnect: (address: Address) => string | undefined;
  readonly maxMessageBytes: number;
  readonly send: (to: MemberId, body: object) => void;
  readonly listen: (listener: MemberChannelListener) => void;
  readonly whenClosed: AbortSignal;
}

/** Carries messages about members over the connections of a transport. */
export class TcpMemberChannel implements MemberChannel {
  /** The last problem of each kind and seed or address that was logged, so that each is logged once. */
  private readonly troubles = new Map<string, string>();

  constructor(
    private readonly deps: TcpMemberChannelDeps,
    readonly self: MemberId,
    readonly address: string,
  ) {}

  get maxMessageBytes(): number {
    return this.deps.maxMessageBytes;
  }

  send(to: MemberId, body: object): void {
    this.deps.send(to, body);
  }

  listen(listener: MemberChannelListener): void {
    this.deps.listen(listener);
  }

  locate(member: MemberId, text: string): void {
    const address = this.usable(text);
    if (typeof address !== "string") this.deps.links.locate(member, address);
    else this.deps.log.ration(`place of ${member}`, memberAddressUnusable({ member, address: text, reason: address }));
  }

  forget(member: MemberId): void {
    this.deps.links.forget(member);
  }

  resolve(seed: string, found: (addresses: readonly string[]) => void): void {
    addressesOfSeed(seed, this.deps.names).then(
      (addresses) => {
        this.troubles.delete(nameOf(seed));
        if (!this.deps.whenClosed.aborted) found(addresses.map(writeAddress));
      },
      (error: Error) => {
        if (this.deps.whenClosed.aborted) return;
        this.tell(nameOf(seed), seedUnknown({ seed, reason: error.message }));
        found([]);
      },
    );
  }

  identify(text: string, found: (member: MemberId | undefined) => void): void {
    const address = this.usable(text);
    if (typeof address === "string") {
      this.tell(text, seedUnusable({ address: text, reason: address }));
      found(undefined);
      return;
    }
    this.deps.dialler.identify(address, this.deps.whenClosed).then(
      (member) => {
        this.troubles.delete(text);
        if (!this.deps.whenClosed.aborted) found(member);
      },
      (error: Error) => {
        if (this.deps.whenClosed.aborted) return;
        this.tell(text, seedSilent({ address: text, reason: error.message }));
        found(undefined);
      },
    );
  }

  /** The address, or a description of the problem with it. */
  private usable(text: string): Address | string {
    const address = parseAddress(text);
    if (address === undefined) return "it is no address";
    return this.deps.mayConnect(address) ?? address;
  }

  /** Logs a problem once, until it is over or another one appears. */
  private tell(subject: string, trouble: LogEvent): void {
    if (this.troubles.get(subject) === trouble.text) return;
    if (this.troubles.size >= MOST_TROUBLES) this.troubles.clear();
    this.troubles.set(subject, trouble.text);
    this.deps.log.event(trouble);
  }
}

const MOST_TROUBLES = 1000;

/** Key of the problems with looking up a seed. A seed that is an address has problems of its own as an address. */
const nameOf = (seed: string) => `name ${seed}`;
