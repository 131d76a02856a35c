import type { Clock } from "../../domain/ports/clock.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { type Address, writeAddress } from "./address.js";
import { Admission } from "./admission.js";
import { CannotListen } from "./cannot-listen.js";
import type { TlsCredentials } from "./certificates.js";
import type { TcpLimits } from "./limits.js";
import { acceptFailed, connectionRefused } from "./log-events.js";
import type { RationedLog } from "./rationed-log.js";
import type { Socket } from "./sockets/socket.js";
import type { SocketServer, Sockets } from "./sockets/sockets.js";

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

interface ListenerDeps {
  readonly clock: Clock;
  readonly log: RationedLog;
  readonly sockets: Sockets;
  readonly credentials: TlsCredentials | undefined;
}

/** Accepts incoming connections within limits, and secures them. */
export class Listener {
  private readonly admission: Admission;
  private readonly server: SocketServer;

  constructor(
    private readonly deps: ListenerDeps,
    private readonly limits: TcpLimits,
    private readonly welcome: (visitor: Visitor) => void,
  ) {
    this.admission = new Admission(limits, deps.log);
    this.server = deps.sockets.serve(
      {
        connected: (socket) => this.enter(socket),
        insecure: (error, address) => this.insecure(error, address),
        failed: (error) => deps.log.ration("server", acceptFailed({ reason: error.message })),
      },
      deps.credentials,
    );
  }

  /**
   * @returns its address; the system replaces port 0
   * @throws {CannotListen} with the address and the reason
   */
  async listen(address: Address): Promise<Address> {
    try {
      return await this.server.listen(address);
    } catch (error) {
      throw new CannotListen(writeAddress(address), error as Error);
    }
  }

  /** Shows another certificate on new connections. */
  renew(credentials: TlsCredentials): void {
    this.server.renew(credentials);
  }

  /** Stops listening. Resolves once all incoming connections are closed; members' connections must be closed elsewhere. */
  close(): Promise<void> {
    this.admission.destroyStrangers();
    return this.server.close();
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
    raw.once("close", cancel);
    const approve = () => {
      cancel();
      this.admission.approve(raw);
    };
    const { sockets, credentials } = this.deps;
    const welcome = (socket: Socket) =>
      this.welcome({ socket, origin, problemAs: (id) => sockets.problemOfPeer(socket, id), approve });
    if (credentials === undefined) welcome(raw);
    else this.server.secure(raw, welcome);
  }

  private insecure(error: NodeJS.ErrnoException, address = "an unknown address"): void {
    // A peer that disconnects was not refused.
    if (error.code !== "ECONNRESET")
      this.deps.log.ration("tls", connectionRefused({ address, reason: error.code ?? error.message }));
  }
}

function originOf({ remoteAddress, remotePort }: Socket): string | undefined {
  return remoteAddress && writeAddress({ host: remoteAddress, port: remotePort ?? 0 });
}
