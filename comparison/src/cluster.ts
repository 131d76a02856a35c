import { type ChildProcess, fork } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import type { Answer, Order, Progress, Report, Series } from "./orders.ts";
import { programs } from "./servers/programs.ts";
import { type Server, startServer } from "./servers/server.ts";
import { describe } from "./systems/descriptions.ts";

/** The program of a member's process, and the Node that runs it. */
export interface MemberProgram {
  readonly path: string;
  /** Default: the Node of this process. */
  readonly node?: string;
}

/** The program as it lies here, for a Node that reads TypeScript. */
export const sourceProgram: MemberProgram = {
  path: fileURLToPath(new URL("./member-process.ts", import.meta.url)),
};

/** The members of one system, a process each, and the server that they need. */
export class Cluster {
  private isStopping = false;
  private readonly processes: readonly ChildProcess[];
  private readonly server: Server | undefined;

  private constructor(processes: readonly ChildProcess[], server: Server | undefined) {
    this.processes = processes;
    this.server = server;
  }

  get size(): number {
    return this.processes.length;
  }

  /** Starts the members, and connects them to one another. */
  static async start(system: string, size: number, program = sourceProgram): Promise<Cluster> {
    const description = describe(system);
    const [serverPort = 0, ...ports] = await freePorts(size + 1);
    const server = description.server && (await startServer(programs[description.server], serverPort));
    const cluster = new Cluster(
      Array.from({ length: size }, () =>
        fork(program.path, {
          stdio: ["ignore", "inherit", "inherit", "ipc"],
          ...(program.node !== undefined && { execPath: program.node }),
        }),
      ),
      server,
    );
    for (const [index, child] of cluster.processes.entries())
      child.once("exit", (code, signal) => {
        if (!cluster.isStopping) throw new Error(`member ${index} of ${system} exited with ${code ?? signal}`);
      });
    const started = await cluster.all("started", (index) => ({
      type: "start",
      system,
      surroundings: { index, size, ports, server: server?.address ?? "" },
    }));
    const addresses = started.map(({ address }) => address);
    // One after another: on a busy machine hundreds of handshakes at once would time out.
    for (let index = 0; index < size; index++) await cluster.ask(index, "connected", { type: "connect", addresses });
    return cluster;
  }

  broadcast(member: number, id: number, length: number): void {
    this.order(member, { type: "broadcast", id, length });
  }

  burst(member: number, series: Series): void {
    this.order(member, { type: "burst", ...series });
  }

  /** @param gap ms between two values. @param delay ms until the first one */
  steady(member: number, series: Series, gap: number, delay: number): void {
    this.order(member, { type: "steady", gap, delay, ...series });
  }

  /** Waits until every member has `count` values since the last report, or gets no more for `patience` ms. */
  expect(count: number, patience: number): Promise<Progress[]> {
    return this.all("expected", () => ({ type: "expect", count, patience }));
  }

  cut(member: number): void {
    this.order(member, { type: "cut" });
  }

  restore(member: number): void {
    this.order(member, { type: "restore" });
  }

  /** The report of every member since the last one. */
  async reports(withDeliveries = true): Promise<Report[]> {
    return (await this.all("report", () => ({ type: "report", withDeliveries }))).map(({ report }) => report);
  }

  /** CPU time of the server so far, in seconds; 0 without one. */
  serverCpu(): number {
    return this.server?.cpu() ?? 0;
  }

  stop(): void {
    this.isStopping = true;
    for (const child of this.processes) child.kill("SIGKILL");
    this.server?.stop();
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
async function freePorts(count: number): Promise<number[]> {
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
