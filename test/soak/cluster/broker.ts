import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { NetworkHost } from "../../hosts/network/namespaces.js";
import { natsServerProgram } from "../../support/nats-server.js";

const PORT = 4222;

/** A `nats-server` on a host of its own. */
export class Broker {
  private process: ChildProcess | undefined;

  constructor(private readonly host: NetworkHost) {}

  get address(): string {
    return `${this.host.address}:${PORT}`;
  }

  /** Starts it (again); resolves once it takes connections. @throws if it ends, or is not installed */
  async start(): Promise<void> {
    if (natsServerProgram === undefined) throw new Error("nats-server is not installed");
    const command = [...this.host.enter, natsServerProgram, "-a", this.host.address, "-p", `${PORT}`];
    const [program, ...args] = command as [string, ...string[]];
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
    this.process = child;
    let said = "";
    for await (const line of createInterface(child.stderr)) {
      said = line;
      if (line.includes("Server is ready")) break;
    }
    if (!said.includes("Server is ready")) throw new Error(`nats-server has ended: ${said}`);
    child.stderr.resume();
  }

  pause(): void {
    this.process?.kill("SIGSTOP");
  }

  resume(): void {
    this.process?.kill("SIGCONT");
  }

  /** Kills it; resolves once it is gone. */
  async kill(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}
