import type { MemberId } from "./transport.js";

/** Receives what a channel between members brings. */
export interface MemberChannelListener {
  /** A message came. `body` is not validated yet, but `from` is who the sender is. */
  received(from: MemberId, body: unknown): void;
  /** The connection to a member was lost, or refused: the member may have ended, or is about to be connected again. */
  disconnected(member: MemberId): void;
}

/** Carries messages about members, and finds members by address. Messages may be lost. */
export interface MemberChannel {
  /** This node's id. */
  readonly self: MemberId;
  /** Address at which other members reach this node. */
  readonly address: string;

  /** The most bytes of JSON of a message. */
  readonly maxMessageBytes: number;

  /** Sends to a member that was located, or that has sent something; returns at once. */
  send(to: MemberId, body: object): void;

  /** Tells where a member is. From now on this node may connect to it. */
  locate(member: MemberId, address: string): void;

  /** The member is gone: drops what is queued for it, and its connection. */
  forget(member: MemberId): void;

  /** Finds the present addresses of a seed, anew at each call; none if it is unknown. Calls back once. */
  resolve(seed: string, found: (addresses: readonly string[]) => void): void;

  /** Asks who is at an address. Calls back once, with `undefined` if no node answers. */
  identify(address: string, found: (member: MemberId | undefined) => void): void;

  /** Sets the one listener. */
  listen(listener: MemberChannelListener): void;
}

/** Remembers addresses of members from one start of a node to the next. */
export interface AddressBook {
  /** The addresses that were saved last; none if there are none. */
  load(): readonly string[];
  save(addresses: readonly string[]): void;
}
