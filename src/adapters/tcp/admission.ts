import type { Socket } from "node:net";
import type { TcpLimits } from "./limits.js";
import type { RationedLog } from "./rationed-log.js";

/**
 * How many connections others may open. Those that have not proved who they are have narrower limits, and the oldest of
 * them makes room for the next: who is a member needs a moment only, however many others do nothing.
 */
export class Admission {
  private readonly all = new Set<Socket>();
  /** The remote addresses of those who have not proved who they are, in the order in which they came. */
  private readonly strangers = new Map<Socket, string>();

  constructor(
    private readonly limits: TcpLimits,
    private readonly log: RationedLog,
  ) {}

  /** Counts a connection in; if there is no room it is destroyed, and false returned. */
  admit(socket: Socket): boolean {
    const address = socket.remoteAddress ?? "an unknown address";
    this.makeRoom(address);
    if (this.all.size >= this.limits.maxConnections) {
      socket.destroy();
      this.log.ration("full", `refused a connection from ${address}: there are ${this.all.size} already`);
      return false;
    }
    this.all.add(socket);
    this.strangers.set(socket, address);
    socket.once("close", () => this.forget(socket));
    return true;
  }

  /** The other end has proved who it is. */
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
      this.evict(neighbours[0], `${neighbours.length} from ${address}`);
    else if (this.strangers.size >= maxUnauthenticated)
      this.evict(this.strangers.keys().next().value, String(this.strangers.size));
  }

  private evict(socket: Socket | undefined, count: string): void {
    if (socket === undefined) return;
    this.forget(socket);
    socket.destroy();
    this.log.ration(
      "strangers",
      `too many connections have not said who they are, ${count}: the oldest of them is closed`,
    );
  }

  private forget(socket: Socket): void {
    this.all.delete(socket);
    this.strangers.delete(socket);
  }
}
