import { connect, createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import { SystemClock } from "../../../src/adapters/system-clock/system-clock.js";
import { openTcpTransport, type TcpPlace } from "../../../src/adapters/tcp/open.js";
import type { TcpTransport } from "../../../src/adapters/tcp/tcp-transport.js";
import type { Clock } from "../../../src/domain/ports/clock.js";
import { RecordingLog } from "../../application/recording-ports.js";
import { freePorts } from "../../support/free-ports.js";

/** A node of a test, with its received messages and its log. */
export interface TestNode {
  readonly transport: TcpTransport;
  readonly received: { readonly from: string; readonly body: unknown }[];
  readonly log: RecordingLog;
}

/** Free addresses for the members `a`, `b`, `c`. */
export async function addresses(): Promise<{ a: string; b: string; c: string }> {
  const [a, b, c] = await freePorts(3);
  return { a: `127.0.0.1:${a}`, b: `127.0.0.1:${b}`, c: `127.0.0.1:${c}` };
}

/** Opens a node, which is destroyed when the test is over. */
export async function openNode(place: TcpPlace, clock: Clock = new SystemClock()): Promise<TestNode> {
  const log = new RecordingLog();
  const transport = await openTcpTransport(place, { clock, random: new SeededRandom(1), log });
  onTestFinished(() => transport.destroy());
  const received: TestNode["received"] = [];
  transport.onMessage((from, body) => received.push({ from, body }));
  return { transport, received, log };
}

/** Waits, in real time, until the condition holds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 30_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Moves a fake clock on, a little at a time, while sockets do their work in real time, until the condition holds. */
export async function advanceUntil(clock: FakeClock, condition: () => boolean, what: string, step = 10): Promise<void> {
  await until(() => {
    if (!condition()) clock.advance(step);
    return condition();
  }, what);
}

/**
 * Lets the sockets do what they have to do; for what must not happen. Many short waits: on a machine that stalls a
 * long one is over before any socket has had its turn.
 */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A process that has connected to a node, and is not a Tidecast node. */
export class Stranger {
  readonly socket: Socket;
  /** Everything that the node said. */
  heard = "";
  closed = false;

  constructor(address: string, socket?: Socket) {
    this.socket = socket ?? connect(portOf(address), "127.0.0.1");
    this.socket.on("data", (chunk) => {
      this.heard += String(chunk);
    });
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.closed = true;
    });
    onTestFinished(() => {
      this.socket.destroy();
    });
  }

  say(line: object): void {
    this.socket.write(`${JSON.stringify(line)}\n`);
  }
}

/** Listens on a member's address, and sends nothing on its own. */
export async function impostor(address: string, visited: (stranger: Socket) => void): Promise<Server> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    visited(socket);
  });
  await new Promise<void>((resolve) => server.listen(portOf(address), "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return server;
}

export function portOf(address: string): number {
  return Number(address.split(":").at(-1));
}
