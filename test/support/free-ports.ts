import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/** Below the range that systems use for outgoing connections, so that no process gets one of these by chance. */
const FIRST = 15_000;
const LAST = 31_000;

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
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (!ports.includes(port) && (await isFree(port))) ports.push(port);
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
