import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** A server on loopback that a system needs, and its cost. */
export interface Server {
  /** `host:port` */
  readonly address: string;
  /** CPU time that it has used so far, in seconds. */
  cpu(): number;
  stop(): void;
}

/** How to start a server. */
export interface ServerProgram {
  /** Its command, which Debian's package of the same name installs. */
  readonly command: string;
  readonly args: (port: number) => readonly string[];
  /** Part of its output once clients may connect. */
  readonly ready: string;
}

/** Jiffies per second. Linux reports 100 of them to processes, whatever the kernel uses. */
const TICKS = 100;
/** Debian installs servers where only root's PATH looks. */
const PATH = `${process.env.PATH}:/usr/sbin`;

/** @throws if the command is not installed, or the server exits */
export async function startServer({ command, args, ready }: ServerProgram, port: number): Promise<Server> {
  const child: ChildProcess = spawn(command, args(port), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH },
  });
  await new Promise<void>((resolve, reject) => {
    const look = (chunk: Buffer) => {
      if (chunk.includes(ready)) resolve();
    };
    child.stdout?.on("data", look);
    child.stderr?.on("data", look);
    child.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "ENOENT"
          ? new Error(`${command} is not installed; run: apt-get install ${command}`, { cause: error })
          : error,
      ),
    );
    child.once("exit", (code) => reject(new Error(`${command} exited with ${code}`)));
  });
  const stop = () => void child.kill("SIGKILL");
  // No server outlives this process, even if it throws.
  process.once("exit", stop);
  return {
    address: `127.0.0.1:${port}`,
    cpu: () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      return (Number(fields[11]) + Number(fields[12])) / TICKS;
    },
    stop: () => {
      process.removeListener("exit", stop);
      stop();
    },
  };
}
