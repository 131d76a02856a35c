import type { Address } from "../../../../adapters/tcp/address.js";
import { writeAddress } from "../../../../adapters/tcp/address.js";
import type { TlsCredentials } from "../../../../adapters/tcp/certificates.js";
import type { ServerListener, SocketServer } from "../../../../adapters/tcp/sockets/sockets.js";
import type { ConnectionEnd } from "./connection-end.js";
import { secureAccepted } from "./handshake.js";
import type { SimulatedHost } from "./simulated-host.js";
import type { SimulatedProcess } from "./simulated-process.js";
import { SimulatedSocket } from "./simulated-socket.js";
import { systemError } from "./system-error.js";

/** A server of a simulated process. */
export class SimulatedServer implements SocketServer {
  private port: number | undefined;
  private readonly accepted = new Set<SimulatedSocket>();
  private whenClosed: (() => void) | undefined;

  constructor(
    private readonly place: { readonly host: SimulatedHost; readonly process: SimulatedProcess },
    private readonly listener: ServerListener,
    private credentials: TlsCredentials | undefined,
  ) {}

  async listen({ host: name, port: wanted }: Address): Promise<Address> {
    const { host, process } = this.place;
    const port = wanted === 0 ? host.nextPort() : wanted;
    const about = writeAddress({ host: name, port });
    if (name !== host.ip && name !== "0.0.0.0") throw systemError("EADDRNOTAVAIL", about);
    if (host.servers.has(port)) throw systemError("EADDRINUSE", about);
    this.port = port;
    host.servers.set(port, this);
    process.servers.add(this);
    return { host: name, port };
  }

  /** A connection stands. */
  accept(end: ConnectionEnd): void {
    const { process } = this.place;
    const socket = new SimulatedSocket(process, end.remote);
    process.sockets.add(socket);
    this.accepted.add(socket);
    socket.on("close", () => {
      this.accepted.delete(socket);
      this.finishIfDone();
    });
    socket.attach(end);
    process.later(0, () => {
      if (this.port === undefined) socket.destroy();
      else this.listener.connected(socket);
    });
  }

  secure(raw: SimulatedSocket, secured: (socket: SimulatedSocket) => void): void {
    if (this.credentials === undefined) return;
    secureAccepted(raw, this.credentials).then(
      () => secured(raw),
      (error: Error) => {
        this.listener.insecure(error, writeAddress({ host: raw.remoteAddress, port: raw.remotePort }));
        raw.destroy();
      },
    );
  }

  renew(credentials: TlsCredentials): void {
    this.credentials = credentials;
  }

  close(): Promise<void> {
    this.stop();
    return new Promise((resolve) => {
      this.whenClosed = resolve;
      this.finishIfDone();
    });
  }

  /** The system accepts no more connections. */
  stop(): void {
    const { host, process } = this.place;
    if (this.port !== undefined) host.servers.delete(this.port);
    this.port = undefined;
    process.servers.delete(this);
  }

  private finishIfDone(): void {
    if (this.whenClosed !== undefined && this.accepted.size === 0) this.place.process.later(0, this.whenClosed);
  }
}
