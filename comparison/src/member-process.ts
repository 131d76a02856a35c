// A process with one member. It follows the orders of the controller, which come by IPC.

import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Member } from "./member.ts";
import type { Answer, Order, Report, Series } from "./orders.ts";
import { cut, restore, traffic } from "./sockets.ts";
import { starterOf } from "./systems/index.ts";
import { now, Tally } from "./tally.ts";

/** Values of a burst between two turns of the event loop, which lets the process send what it has. */
const AT_ONCE = 100;

const answer = (message: Answer) => process.send?.(message);
const tally = new Tally();

let member: Member | undefined;
let before = { messages: 0, bytesRead: 0, bytesWritten: 0, cpu: 0 };

/** A value is its id, the time of its broadcast in µs, and filling. */
function deliver(value: string): void {
  const space = value.indexOf(" ");
  tally.deliver(Number(value.slice(0, space)), Number.parseInt(value.slice(space + 1), 10) / 1000);
}

function broadcast(id: number, length: number): void {
  tally.own(id);
  member?.broadcast(`${id} ${Math.round(now() * 1000)} `.padEnd(length, "x"));
}

async function burst({ first, count, length }: Series): Promise<void> {
  tally.begin();
  for (let index = 0; index < count; index++) {
    broadcast(first + index, length);
    if (index % AT_ONCE === AT_ONCE - 1) await nextTurn();
  }
}

async function steady({ first, count, length }: Series, gap: number, delay: number): Promise<void> {
  const start = now() + delay;
  for (let index = 0; index < count; index++) {
    const wait = start + index * gap - now();
    if (wait > 0) await sleep(wait);
    broadcast(first + index, length);
  }
}

function report(withDeliveries: boolean): Report {
  const { read, written } = traffic();
  const { user, system } = process.cpuUsage();
  const total = {
    messages: member?.received() ?? 0,
    bytesRead: read,
    bytesWritten: written,
    cpu: (user + system) / 1e6,
  };
  const deliveries = tally.take();
  const since = {
    deliveries: withDeliveries ? deliveries : [],
    messages: total.messages - before.messages,
    bytesRead: total.bytesRead - before.bytesRead,
    bytesWritten: total.bytesWritten - before.bytesWritten,
    cpu: total.cpu - before.cpu,
  };
  before = total;
  return since;
}

process.on("message", async (order: Order) => {
  switch (order.type) {
    case "start":
      member = await starterOf(order.system)(order.surroundings, deliver);
      answer({ type: "started", address: member.address ?? "" });
      break;
    case "connect":
      await member?.connect(order.addresses);
      answer({ type: "connected" });
      break;
    case "broadcast":
      broadcast(order.id, order.length);
      break;
    case "burst":
      await burst(order);
      break;
    case "steady":
      await steady(order, order.gap, order.delay);
      break;
    case "expect":
      answer({ type: "expected", ...(await tally.until(order.count, order.patience)) });
      break;
    case "cut":
      cut();
      break;
    case "restore":
      restore();
      break;
    default:
      answer({ type: "report", report: report(order.withDeliveries) });
  }
});

// The controller has exited.
process.on("disconnect", () => process.exit());
