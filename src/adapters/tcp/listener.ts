import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Server as SecureServer } from "node:tls";
import type { Clock } from "../../domain/ports/clock.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { type Address, writeAddress } from "./address.js";
import { Admission } from "./admission.js";
import { CannotListen } from "./cannot-listen.js";
import { problemOfPeer, secureServer, type TlsCredentials } from "./certificates.js";
import type { TcpLimits } from "./limits.js";
import type { RationedLog } from "./rationed-log.js";

/** Somebody who has connected, with a good certificate where certificates are asked for, and has yet to say who it is. */
export interface Visitor {
  readonly socket: Socket;
  /** Where it comes from, for people. */
  readonly origin: string;
  /** What is wrong if it says that it is `id`. */
  problemAs(id: MemberId): string | undefined;
  /** It is who it says. */
  approve(): void;
}

/** A connection without an approval so far. */
interface Pending {
  readonly raw: Socket;
  readonly approve: () => void;
}

/** Takes the connections that others make, within limits, and secures them. */
export class Listener {
  private readonly admission: Admission;
  private readonly server: Server;
  private readonly secure: SecureServer | undefined;
  /** By where they come from. */
  private readonly pending = new Map<string, Pending>();

  constructor(
    private readonly clock: Clock,
    private readonly log: RationedLog,
    private readonly limits: TcpLimits,
    credentials: TlsCredentials | undefined,
    private readonly welcome: (visitor: Visitor) => void,
  ) {
    this.admission = new Admission(limits, log);
    this.server = createServer((socket) => this.enter(socket));
    this.secure = credentials && this.securing(credentials);
  }

  /**
   * @returns where it listens: the system chooses a port instead of 0
   * @throws {CannotListen} that says where, and why
   */
  async listen({ host, port }: Address): Promise<Address> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", (error) => reject(new CannotListen(writeAddress({ host, port }), error)));
      // Workers of node:cluster would otherwise share the port, and with it the connections that are meant for one member.
      this.server.listen({ host, port, exclusive: true }, resolve);
    });
    this.server.removeAllListeners("error");
    // A connection that cannot be taken, for want of file handles, is lost; the others go on.
    this.server.on("error", (error) => this.log.ration("server", `cannot take a connection: ${error.message}`));
    return { host, port: (this.server.address() as AddressInfo).port };
  }

  /** Listens no more. Resolves once all connections that others made are closed: those of members are not closed here. */
  close(): Promise<void> {
    this.admission.destroyStrangers();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private enter(raw: Socket): void {
    raw.on("error", () => {});
    if (!this.admission.admit(raw)) return;
    const origin = originOf(raw) ?? "nowhere";
    const { authenticationTimeout } = this.limits;
    const cancel = this.clock.schedule(authenticationTimeout, () => {
      this.log.ration(
        "refused",
        `refused a connection from ${origin}: it did not prove who it is within ${authenticationTimeout} ms`,
      );
      raw.destroy();
    });
    raw.once("close", () => {
      cancel();
      this.pending.delete(origin);
    });
    const approve = () => {
      cancel();
      this.admission.approve(raw);
    };
    if (this.secure === undefined) this.welcome({ socket: raw, origin, problemAs: () => undefined, approve });
    else {
      this.pending.set(origin, { raw, approve });
      this.secure.emit("connection", raw);
    }
  }

  private securing(credentials: TlsCredentials): SecureServer {
    const secure = secureServer(credentials);
    secure.on("secureConnection", (socket) => {
      const origin = originOf(socket);
      const approve = origin && this.pending.get(origin)?.approve;
      socket.on("error", () => {});
      if (approve) this.welcome({ socket, origin, problemAs: (id) => problemOfPeer(socket, id), approve });
      else socket.destroy();
    });
    secure.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
      // Who goes away was not refused. Where a socket came from that is closed is not known any more.
      const from = originOf(socket) ?? "somebody who is gone";
      if (error.code !== "ECONNRESET")
        this.log.ration("tls", `refused a connection from ${from}: ${error.code ?? error.message}`);
      socket.destroy();
    });
    return secure;
  }
}

function originOf({ remoteAddress, remotePort }: Socket): string | undefined {
  return remoteAddress && writeAddress({ host: remoteAddress, port: remotePort ?? 0 });
}
