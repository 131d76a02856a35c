import {
  type AddressInfo,
  connect as connectPlainly,
  createServer,
  type Socket as NodeSocket,
  type Server,
} from "node:net";
import { type Server as SecureServer, TLSSocket } from "node:tls";
import { type Address, writeAddress } from "../address.js";
import {
  checkOwnCredentials,
  connectSecurely,
  problemOfPeer,
  renewServer,
  secureServer,
  type TlsCredentials,
} from "../certificates.js";
import type { Socket } from "./socket.js";
import type { ClientSecurity, Dialling, ServerListener, SocketServer, Sockets } from "./sockets.js";

/** The system's sockets, by way of Node. */
export const nodeSockets: Sockets = {
  connect: (address, security) => dial(address, security),
  serve: (listener, credentials) => new NodeServer(listener, credentials),
  problemOfPeer: (socket, id) => (socket instanceof TLSSocket ? problemOfPeer(socket, id) : undefined),
  checkCredentials: (credentials, id) => checkOwnCredentials(credentials, id, new Date()),
};

function dial(address: Address, security: ClientSecurity | undefined): Dialling {
  const socket =
    security === undefined
      ? connectPlainly({ ...address })
      : connectSecurely(address, security.peer, security.credentials);
  const opened = new Promise<void>((resolve, reject) => {
    let error = new Error("it closed the connection");
    socket.once("error", (cause) => {
      error = cause;
    });
    socket.once("close", () => reject(error));
    socket.once(security === undefined ? "connect" : "secureConnect", () => resolve());
  });
  return { socket, opened };
}

class NodeServer implements SocketServer {
  private readonly server: Server;
  private readonly tls: SecureServer | undefined;
  /** Connections on which TLS began, by their address: Node does not tell to which of them a secure socket belongs. */
  private readonly beginning = new Map<string, (socket: Socket) => void>();

  constructor(
    private readonly listener: ServerListener,
    credentials: TlsCredentials | undefined,
  ) {
    this.server = createServer((socket) => listener.connected(socket));
    this.tls = credentials && this.securing(credentials);
  }

  async listen({ host, port }: Address): Promise<Address> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      // Workers of node:cluster would otherwise share the port, and the connections to one member with it.
      this.server.listen({ host, port, exclusive: true }, resolve);
    });
    // A connection that cannot be accepted, for lack of file handles, is lost; the others continue.
    this.server.on("error", (error) => this.listener.failed(error));
    return { host, port: (this.server.address() as AddressInfo).port };
  }

  secure(socket: Socket, secured: (socket: Socket) => void): void {
    const address = addressOf(socket);
    if (address !== undefined) {
      this.beginning.set(address, secured);
      socket.once("close", () => this.beginning.delete(address));
    }
    this.tls?.emit("connection", socket as NodeSocket);
  }

  renew(credentials: TlsCredentials): void {
    if (this.tls !== undefined) renewServer(this.tls, credentials);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private securing(credentials: TlsCredentials): SecureServer {
    const tls = secureServer(credentials);
    tls.on("secureConnection", (socket) => {
      const address = addressOf(socket);
      socket.on("error", () => {});
      const secured = address && this.beginning.get(address);
      if (secured) secured(socket);
      else socket.destroy();
    });
    tls.on("tlsClientError", (error, socket) => {
      this.listener.insecure(error, addressOf(socket));
      socket.destroy();
    });
    return tls;
  }
}

/** The other end of a socket; `undefined` once it is closed. */
function addressOf({ remoteAddress, remotePort }: NodeSocket | Socket): string | undefined {
  return remoteAddress && writeAddress({ host: remoteAddress, port: remotePort ?? 0 });
}
