import type { MemberId } from "../../../domain/ports/transport.js";
import type { Address } from "../address.js";
import type { FirstExpiry, TlsCredentials } from "../certificates.js";
import type { Socket } from "./socket.js";

/** TLS of an outgoing connection. */
export interface ClientSecurity {
  readonly credentials: TlsCredentials;
  /** The member that has to be at the other end; if absent, `problemOfPeer` judges it. */
  readonly peer: MemberId | undefined;
}

/** An outgoing connection. */
export interface Dialling {
  /** May be destroyed while it connects. */
  readonly socket: Socket;
  /** Resolves once bytes can be sent, with TLS once both certificates are accepted; rejects if the connection fails. */
  readonly opened: Promise<void>;
}

/** Events of a server. */
export interface ServerListener {
  /** A connection came. With TLS only `secure` makes it usable. */
  connected(socket: Socket): void;
  /** A connection failed after `secure`, before TLS stood. `address` is its other end, if known. */
  insecure(error: Error, address: string | undefined): void;
  /** A connection could not be accepted; others can. */
  failed(error: Error): void;
}

/** Accepts connections on one address. */
export interface SocketServer {
  /**
   * @returns the address; the system replaces port 0
   * @throws {Error} (rejects) the system's error
   */
  listen(address: Address): Promise<Address>;
  /**
   * Begins TLS on a connection that came.
   * @param secured gets the secure connection once certificates are exchanged; the peer's may be invalid: `problemOfPeer` judges it
   */
  secure(socket: Socket, secured: (socket: Socket) => void): void;
  /** Shows another certificate on new connections. */
  renew(credentials: TlsCredentials): void;
  /** Accepts no more connections. Resolves once all that came are closed. */
  close(): Promise<void>;
}

/** Connections over TCP, with or without TLS. A fake of this port makes the network of a whole cluster deterministic. */
export interface Sockets {
  connect(address: Address, security: ClientSecurity | undefined): Dialling;
  /** @param credentials this node's; absent without TLS */
  serve(listener: ServerListener, credentials: TlsCredentials | undefined): SocketServer;
  /** The problem with a peer's use of the id `id`; `undefined` if there is none, or without TLS. */
  problemOfPeer(socket: Socket, id: MemberId): string | undefined;
  /**
   * @returns what expires first; `undefined` if nothing does
   * @throws {InvalidOptions} if the credentials are not usable for the member; the message names the problem and the remedy
   */
  checkCredentials(credentials: TlsCredentials, id: MemberId): FirstExpiry | undefined;
}
