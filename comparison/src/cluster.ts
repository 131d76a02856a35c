import { type ChildProcess, fork } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import type { Answer, Order, Report } from "./orders.ts";

const program = fileURLToPath(new URL("./member-process.ts", import.meta.url));

/** The processes of one system's members. */
export class Cluster {
  readonly size: number;
  private readonly processes: readonly ChildProcess[];

  private constructor(processes: readonly ChildProcess[]) {
    this.processes = processes;
    this.size = processes.length;
  }

  /** Starts the members, and connects them to one another. */
  static async start(system: string, size: number, nats: string): Promise<Cluster> {
    const ports = await freePorts(size);
    const cluster = new Cluster(
      Array.from({ length: size }, () => fork(program, { stdio: ["ignore", "inherit", "inherit", "ipc"] })),
    );
    for (const [index, child] of cluster.processes.entries())
      child.once("exit", (code) => {
        if (code !== null) throw new Error(`member ${index} of ${system} ended with ${code}`);
      });
    const started = await cluster.all("started", (index) => ({
      type: "start",
      system,
      surroundings: { index, size, ports, nats },
    }));
    const addresses = started.map(({ address }) => address);
    // One after the other: on a busy machine hundreds of handshakes at once would outlast their patience.
    for (let index = 0; index < size; index++) await cluster.ask(index, "connected", { type: "connect", addresses });
    return cluster;
  }

  broadcast(member: number, id: number): void {
    this.order(member, { type: "broadcast", id });
  }

  cut(member: number): void {
    this.order(member, { type: "cut" });
  }

  restore(member: number): void {
    this.order(member, { type: "restore" });
  }

  /** What every member has received, and what it cost it, since the last time. */
  async reports(): Promise<Report[]> {
    return (await this.all("report", () => ({ type: "report" }))).map(({ report }) => report);
  }

  stop(): void {
    for (const child of this.processes) child.kill("SIGKILL");
  }

  private order(member: number, order: Order): void {
    this.processes[member]?.send(order);
  }

  /** Gives every member an order, and waits for the answer of each. */
  private all<Type extends Answer["type"]>(type: Type, orderFor: (index: number) => Order): Promise<AnswerOf<Type>[]> {
    return Promise.all(this.processes.map((_, index) => this.ask(index, type, orderFor(index))));
  }

  private ask<Type extends Answer["type"]>(index: number, _type: Type, order: Order): Promise<AnswerOf<Type>> {
    return new Promise((resolve) => {
      this.processes[index]?.once("message", (answer) => resolve(answer as AnswerOf<Type>));
      this.order(index, order);
    });
  }
}

type AnswerOf<Type extends Answer["type"]> = Extract<Answer, { type: Type }>;

/** Ports on loopback that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
