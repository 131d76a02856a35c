import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { NetworkHost } from "../network/namespaces.js";
import { faketimeLibrary } from "../tools.js";
import type { Build } from "./builds.js";

/** Token of all clients. */
export const TOKEN = "token-of-the-hosts-test";

/** A server must be ready within this time, in ms. */
const TIME_TO_START = 60_000;

/** Port of the members, and that of the clients. */
const CLUSTER_PORT = 7000;
const HTTP_PORT = 8080;

/** What all servers of a cluster have in common. */
export interface ClusterFiles {
  /** Folder with `<id>.key`, `<id>.crt`, `ca.crt` and `tokens`; journals and logs are written there. */
  readonly folder: string;
  /** Addresses that a server asks first. */
  readonly join: readonly string[];
  readonly options: readonly string[];
}

/** Address of a host's server for other members. */
export function clusterAddress(host: NetworkHost): string {
  return `${host.address}:${CLUSTER_PORT}`;
}

/** The server of a host. Its journal, its certificate and its clock outlive the process. */
export class HostServer {
  readonly id: string;
  readonly url: string;
  private process: ChildProcess | undefined;
  private readonly clockFile: string;
  private hasOwnClock = false;

  constructor(
    readonly host: NetworkHost,
    private readonly files: ClusterFiles,
    private build: Build,
  ) {
    this.id = `h${host.number}`;
    this.url = `http://${host.clientAddress}:${HTTP_PORT}`;
    this.clockFile = join(files.folder, `${this.id}.clock`);
    mkdirSync(join(files.folder, "journals"), { recursive: true });
  }

  /**
   * Sets the time of day of this host. Its monotonic clock goes on. The clock of a server that runs can be set only if it was set
   * before its start.
   * @param offset from the true time, in ms
   */
  setClock(offset: number): void {
    const next = `${this.clockFile}.next`;
    writeFileSync(next, `${offset < 0 ? "-" : "+"}${Math.abs(offset) / 1000}\n`);
    // The server may read it at any moment.
    renameSync(next, this.clockFile);
    this.hasOwnClock = true;
  }

  /** Starts the server; resolves once it is ready. @param build what it runs from now on */
  async start(build: Build = this.build): Promise<void> {
    this.build = build;
    const { folder, join: seeds, options } = this.files;
    const file = (name: string) => join(folder, name);
    const settings = [
      ["--id", this.id],
      ["--cluster-listen", clusterAddress(this.host)],
      ["--cluster-join", seeds.join(",")],
      ["--cluster-tls-key", file(`${this.id}.key`), "--cluster-tls-cert", file(`${this.id}.crt`)],
      ["--cluster-tls-ca", file("ca.crt")],
      ["--http-listen", `${this.host.clientAddress}:${HTTP_PORT}`, "--http-allow-plaintext"],
      ["--http-token-file", file("tokens")],
      ["--journal", file("journals")],
    ];
    const command = [process.execPath, build.command, "serve", ...settings.flat(), ...options];
    const [program, ...args] = [...this.host.enter, ...this.clockSettings(), ...command] as [string, ...string[]];
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
    this.process = child;
    const log = file(`${this.id}.log`);
    child.stderr.pipe(createWriteStream(log, { flags: "a" }));
    const begin = performance.now();
    while (!(await this.isReady())) {
      if (child.exitCode !== null) throw new Error(`${this.id} exited with ${child.exitCode}: see ${log}`);
      if (performance.now() - begin > TIME_TO_START)
        throw new Error(`${this.id} was not ready within ${TIME_TO_START / 1000} s: see ${log}`);
      await sleep(50);
    }
  }

  /** Sends SIGTERM; resolves with the exit code. */
  async terminate(): Promise<number | null> {
    return this.end("SIGTERM");
  }

  /** Kills the process; resolves once it is gone. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** The time of day of the host, by the header `Date` of an answer, less the true one, in ms; exact to the second. */
  async clockOffset(): Promise<number> {
    const { headers } = await fetch(`${this.url}/healthz`);
    return Date.parse(headers.get("date") as string) - Date.now();
  }

  /** The root of the tree, as this server sees it. */
  async root(): Promise<string> {
    const answer = await fetch(`${this.url}/status`, { headers: { authorization: `Bearer ${TOKEN}` } });
    return ((await answer.json()) as { root: string }).root;
  }

  /** Loads the library into the server alone, not into the programs that enter the namespace. */
  private clockSettings(): readonly string[] {
    if (!this.hasOwnClock) return [];
    return [
      "env",
      `LD_PRELOAD=${faketimeLibrary()}`,
      `FAKETIME_TIMESTAMP_FILE=${this.clockFile}`,
      "FAKETIME_NO_CACHE=1",
      // As on a host whose time of day is wrong: neither timers nor the times of files follow it.
      "DONT_FAKE_MONOTONIC=1",
      "NO_FAKE_STAT=1",
    ];
  }

  private async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`)).status === 200;
    } catch {
      return false;
    }
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.process;
    this.process = undefined;
    if (child === undefined) return null;
    if (child.exitCode !== null) return child.exitCode;
    child.kill(signal);
    const [code] = (await once(child, "exit")) as [number | null];
    return code;
  }
}
