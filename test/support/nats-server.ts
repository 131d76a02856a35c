import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { freePorts } from "./free-ports.js";

/** Debian puts it where an ordinary user's PATH does not look. */
const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
/** Path of the server on this machine. */
export const natsServerProgram = folders.map((folder) => join(folder, "nats-server")).find((path) => existsSync(path));

if (natsServerProgram === undefined) {
  const how = "no nats-server on this machine; on Debian and Ubuntu `apt-get install nats-server` brings it";
  if (process.env.TIDECAST_REQUIRE_NATS === "1") throw new Error(`TIDECAST_REQUIRE_NATS is set, but there is ${how}`);
  console.log(`skipping the tests on NATS: ${how}`);
}

/** Is there a server to test with? Where TIDECAST_REQUIRE_NATS is 1, its absence is an error instead. */
export const hasNatsServer = natsServerProgram !== undefined;

/** A `nats-server` of a test's own, on loopback. */
export class TestNatsServer {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly extraArguments: readonly string[],
  ) {}

  /** Starts a server on a free port. */
  static async start(...extraArguments: string[]): Promise<TestNatsServer> {
    for (let attempt = 1; ; attempt++) {
      const [port] = (await freePorts(1)) as [number];
      const server = new TestNatsServer(port, extraArguments);
      try {
        await server.start();
        return server;
      } catch (error) {
        // Another process may have taken the port meanwhile.
        if (attempt === 3) throw error;
      }
    }
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts it (again), and waits until it takes connections. */
  async start(): Promise<void> {
    const child = spawn(
      natsServerProgram as string,
      ["-a", "127.0.0.1", "-p", `${this.port}`, ...this.extraArguments],
      {
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    this.process = child;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on("data", (chunk: Buffer) => {
        if (said.includes("Server is ready")) return;
        said += chunk.toString();
        if (said.includes("Server is ready")) resolve();
      });
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`nats-server ended with ${code}: ${said}`)));
    });
  }

  /** Kills it as a crash would: without a notice, and without a flush. */
  async kill(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }
}
