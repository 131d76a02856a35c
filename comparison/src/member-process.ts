// A process of its own for one member. Does what the controller orders by IPC.

import type { Member } from "./member.ts";
import type { Answer, Order, Report } from "./orders.ts";
import { cut, restore, traffic } from "./sockets.ts";
import { systems } from "./systems/index.ts";

/** Values have this many characters: the id, the time of the broadcast in µs since 1970, and filling. */
const VALUE_LENGTH = 32;

const now = () => performance.timeOrigin + performance.now();
const answer = (message: Answer) => process.send?.(message);

let member: Member | undefined;
const delivered = new Set<number>();
let deliveries: [id: number, latency: number][] = [];
let before = { messages: 0, bytesRead: 0, bytesWritten: 0, cpu: 0 };

function deliver(value: string): void {
  const [id, at] = value.split(" ").map(Number) as [number, number];
  if (delivered.has(id)) return;
  delivered.add(id);
  deliveries.push([id, now() - at / 1000]);
}

function broadcast(id: number): void {
  delivered.add(id);
  member?.broadcast(`${id} ${Math.round(now() * 1000)} `.padEnd(VALUE_LENGTH, "x"));
}

function report(): Report {
  const { read, written } = traffic();
  const { user, system } = process.cpuUsage();
  const total = {
    messages: member?.received() ?? 0,
    bytesRead: read,
    bytesWritten: written,
    cpu: (user + system) / 1e6,
  };
  const since = {
    deliveries,
    messages: total.messages - before.messages,
    bytesRead: total.bytesRead - before.bytesRead,
    bytesWritten: total.bytesWritten - before.bytesWritten,
    cpu: total.cpu - before.cpu,
  };
  before = total;
  deliveries = [];
  return since;
}

process.on("message", async (order: Order) => {
  if (order.type === "start") {
    const start = systems[order.system]?.start;
    if (start === undefined) throw new Error(`there is no system ${order.system}`);
    member = await start(order.surroundings, deliver);
    answer({ type: "started", address: member.address ?? "" });
  } else if (order.type === "connect") {
    await member?.connect(order.addresses);
    answer({ type: "connected" });
  } else if (order.type === "broadcast") broadcast(order.id);
  else if (order.type === "cut") cut();
  else if (order.type === "restore") restore();
  else answer({ type: "report", report: report() });
});

// The controller is gone, and nobody will ask any more.
process.on("disconnect", () => process.exit());
