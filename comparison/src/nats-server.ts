import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** A NATS server on loopback, and what it costs. */
export interface NatsServer {
  readonly address: string;
  /** Seconds of a processor that it has used so far. */
  cpu(): number;
  stop(): void;
}

/** Jiffies a second, which Linux has fixed at 100 for what it tells processes. */
const TICKS = 100;

/** @throws if there is no nats-server on the PATH or in /usr/sbin, or it does not start */
export async function startNatsServer(port: number): Promise<NatsServer> {
  const child: ChildProcess = spawn("nats-server", ["-a", "127.0.0.1", "-p", `${port}`], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on("data", (chunk) => {
      if (String(chunk).includes("Server is ready")) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`nats-server ended with ${code}`)));
  });
  return {
    address: `127.0.0.1:${port}`,
    cpu: () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      return (Number(fields[11]) + Number(fields[12])) / TICKS;
    },
    stop: () => void child.kill(),
  };
}
