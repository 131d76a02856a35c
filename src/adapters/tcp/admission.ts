import type { TcpLimits } from "./limits.js";
import { connectionEvicted, connectionRefused } from "./log-events.js";
import type { RationedLog } from "./rationed-log.js";
import type { Socket } from "./sockets/socket.js";

/**
 * Limits the connections that other processes may open. Unauthenticated ones have narrower limits, and the oldest of them makes
 * room for the next: a member authenticates in a moment, however many strangers hold connections.
 */
export class Admission {
  private readonly all = new Set<Socket>();
  /** The remote addresses of unauthenticated connections, in the order in which they came. */
  private readonly strangers = new Map<Socket, string>();

  constructor(
    private readonly limits: TcpLimits,
    private readonly log: RationedLog,
  ) {}

  /** Counts a connection; if there is no room, destroys it and returns false. */
  admit(socket: Socket): boolean {
    const address = socket.remoteAddress ?? "an unknown address";
    this.makeRoom(address);
    if (this.all.size >= this.limits.maxConnections) {
      socket.destroy();
      const reason = `all ${this.all.size} allowed connections are in use (limits.maxConnections)`;
      this.log.ration("full", connectionRefused({ address, reason }));
      return false;
    }
    this.all.add(socket);
    this.strangers.set(socket, address);
    socket.once("close", () => this.forget(socket));
    return true;
  }

  /** The other end has authenticated. */
  approve(socket: Socket): void {
    this.strangers.delete(socket);
  }

  destroyStrangers(): void {
    for (const socket of this.strangers.keys()) socket.destroy();
  }

  private makeRoom(address: string): void {
    const { maxUnauthenticated, maxUnauthenticatedPerAddress } = this.limits;
    const neighbours = [...this.strangers].filter(([, other]) => other === address).map(([socket]) => socket);
    if (neighbours.length >= maxUnauthenticatedPerAddress)
      this.evict(neighbours[0], { count: neighbours.length, address });
    else if (this.strangers.size >= maxUnauthenticated)
      this.evict(this.strangers.keys().next().value, { count: this.strangers.size });
  }

  private evict(socket: Socket | undefined, group: { readonly count: number; readonly address?: string }): void {
    if (socket === undefined) return;
    this.forget(socket);
    socket.destroy();
    this.log.ration("strangers", connectionEvicted(group));
  }

  private forget(socket: Socket): void {
    this.all.delete(socket);
    this.strangers.delete(socket);
  }
}
