import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/** Below the range that systems use for outgoing connections, so that no process gets one of these by chance. */
const FIRST = 15_000;
const LAST = 31_000;

/** Number of workers whose ports differ. Others might take a port between the look whether it is free and its use. */
const WORKERS = 8;
const worker = Number(process.env.VITEST_POOL_ID ?? 0) % WORKERS;

/** The ports that this process has given to its tests so far: each of them gets others. */
const given = new Set<number>();

/** Free TCP ports of loopback. */
export function freePorts(count: number): Promise<number[]> {
  return portsOf(count, isFreeForTcp);
}

/** Free UDP ports of loopback. */
export function freeUdpPorts(count: number): Promise<number[]> {
  return portsOf(count, isFreeForUdp);
}

async function portsOf(count: number, isFree: (port: number) => Promise<boolean>): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = FIRST + WORKERS * Math.floor((Math.random() * (LAST - FIRST)) / WORKERS) + worker;
    // So many are only given over a long time, in which the first ones have become free again.
    if (given.size * WORKERS * 2 > LAST - FIRST) given.clear();
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

function isFreeForTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

function isFreeForUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => resolve(false));
    socket.bind(port, "127.0.0.1", () => socket.close(() => resolve(true)));
  });
}
