import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Server as SecureServer } from "node:tls";
import type { Clock } from "../../domain/ports/clock.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { type Address, writeAddress } from "./address.js";
import { Admission } from "./admission.js";
import { CannotListen } from "./cannot-listen.js";
import { problemOfPeer, renewServer, secureServer, type TlsCredentials } from "./certificates.js";
import type { TcpLimits } from "./limits.js";
import { acceptFailed, connectionRefused } from "./log-events.js";
import type { RationedLog } from "./rationed-log.js";

/** A process that has connected, with a valid certificate if one is required, and has not yet named its id. */
export interface Visitor {
  readonly socket: Socket;
  /** Its address, for log lines. */
  readonly origin: string;
  /** The problem with its use of the id `id`. */
  problemAs(id: MemberId): string | undefined;
  /** Accepts its id. */
  approve(): void;
}

/** A connection that has not been approved. */
interface Pending {
  readonly raw: Socket;
  readonly approve: () => void;
}

interface ListenerDeps {
  readonly clock: Clock;
  readonly log: RationedLog;
  readonly credentials: TlsCredentials | undefined;
}

/** Accepts incoming connections within limits, and secures them. */
export class Listener {
  private readonly admission: Admission;
  private readonly server: Server;
  private readonly secure: SecureServer | undefined;
  /** Sockets by their address. */
  private readonly pending = new Map<string, Pending>();

  constructor(
    private readonly deps: ListenerDeps,
    private readonly limits: TcpLimits,
    private readonly welcome: (visitor: Visitor) => void,
  ) {
    this.admission = new Admission(limits, deps.log);
    this.server = createServer((socket) => this.enter(socket));
    this.secure = deps.credentials && this.securing(deps.credentials);
  }

  /**
   * @returns its address; the system replaces port 0
   * @throws {CannotListen} with the address and the reason
   */
  async listen({ host, port }: Address): Promise<Address> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", (error) => reject(new CannotListen(writeAddress({ host, port }), error)));
      // Workers of node:cluster would otherwise share the port, and the connections to one member with it.
      this.server.listen({ host, port, exclusive: true }, resolve);
    });
    this.server.removeAllListeners("error");
    // A connection that cannot be accepted, for lack of file handles, is lost; the others continue.
    this.server.on("error", (error) => this.deps.log.ration("server", acceptFailed({ reason: error.message })));
    return { host, port: (this.server.address() as AddressInfo).port };
  }

  /** Shows another certificate on new connections. */
  renew(credentials: TlsCredentials): void {
    if (this.secure !== undefined) renewServer(this.secure, credentials);
  }

  /** Stops listening. Resolves once all incoming connections are closed; members' connections must be closed elsewhere. */
  close(): Promise<void> {
    this.admission.destroyStrangers();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private enter(raw: Socket): void {
    raw.on("error", () => {});
    if (!this.admission.admit(raw)) return;
    const origin = originOf(raw) ?? "nowhere";
    const { authenticationTimeout } = this.limits;
    const cancel = this.deps.clock.schedule(authenticationTimeout, () => {
      const reason = `it did not authenticate within ${authenticationTimeout} ms (limits.authenticationTimeout)`;
      this.deps.log.ration("refused", connectionRefused({ address: origin, reason }));
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
      // A peer that disconnects was not refused. The address of a closed socket is unknown.
      const address = originOf(socket) ?? "an unknown address";
      if (error.code !== "ECONNRESET")
        this.deps.log.ration("tls", connectionRefused({ address, reason: error.code ?? error.message }));
      socket.destroy();
    });
    return secure;
  }
}

function originOf({ remoteAddress, remotePort }: Socket): string | undefined {
  return remoteAddress && writeAddress({ host: remoteAddress, port: remotePort ?? 0 });
}
