import { connect, type Socket } from "node:net";
import { impostor, portOf } from "./support.js";

/** Stands between two nodes, counts, and can be cut. */
export class Relay {
  /** Connections that were ever made through it. */
  opened = 0;
  /** Connections that are there now. */
  alive = 0;
  /** Bytes that went through it, both ways. */
  bytes = 0;
  private readonly sockets: Socket[] = [];

  /** Forwards connections from the address `from` to the address `to`. */
  static async open(from: string, to: string): Promise<Relay> {
    const relay = new Relay();
    await impostor(from, (near) => relay.connect(near, to));
    return relay;
  }

  /** Open connections stay open, but carry nothing from now on; later ones work. */
  freeze(): void {
    for (const socket of this.sockets.splice(0))
      socket
        .removeAllListeners()
        .on("error", () => {})
        .pause();
  }

  private connect(near: Socket, to: string): void {
    const far = connect(portOf(to), "127.0.0.1");
    this.opened++;
    this.alive++;
    this.sockets.push(near, far);
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      one.on("error", () => {});
      one.on("data", (chunk) => {
        this.bytes += chunk.length;
        other.write(chunk);
      });
      one.on("end", () => other.end());
    }
    near.on("close", () => {
      this.alive--;
      far.destroy();
    });
    far.on("close", () => near.destroy());
  }
}
