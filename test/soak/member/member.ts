/**
 * `node --expose-gc member.js START`, with an IPC channel: a process that embeds a node, as a service would. It takes orders to
 * broadcast and to measure itself, and reports what it delivers. `START` is the JSON of a `MemberStart`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createNode } from "../../../src/library/index.js";
import { CannotConnect, natsMembership, natsTransport } from "../../../src/library/nats.js";
import { tcpMembership, tcpTransport } from "../../../src/library/tcp.js";
import type { MemberStart, Order, Report, Sample } from "./orders.js";

/** A node keeps every value for four minutes; beyond that it keeps this many. */
const RETAINED = 1_000;
/** Pause in ms before it connects to the broker again. */
const PAUSE = 500;

const { id, journals, network, bytes, leaks }: MemberStart = JSON.parse(process.argv[2] ?? "");
const log = { line: (line: string) => console.error(`${new Date().toISOString()} ${line}`) };
const leak: unknown[] = [];

const { transport, members } = network.transport === "tcp" ? await onTcp(network) : await onNats(network.servers);
const node = await createNode({
  id,
  members,
  transport,
  journal: journals,
  identity: "event",
  retain: { maxCount: RETAINED },
  log,
});
node.on("delivery", ({ value }) => {
  const [name, sentAt] = read(value as string);
  if (leaks) leak.push(value);
  report({ kind: "delivered", name, latency: now() - sentAt });
});
node.on("missed", ({ count }) => report({ kind: "missed", count }));
node.on("error", (error) => log.line(`error: ${error.message}`));
// From here on it delivers what it does not list here.
report({ kind: "started", names: node.values().map((value) => read(value as string)[0]) });

process.on("message", async (order: Order) => {
  if (order.kind === "broadcast") await broadcast(order.name);
  else if (order.kind === "measure") report({ kind: "measured", sample: measure() });
  else {
    await node.close();
    // The process ends if nothing else keeps it alive.
    process.disconnect();
  }
});

async function onTcp({ listen, join, tls }: Extract<MemberStart["network"], { transport: "tcp" }>) {
  const [key, cert, ca] = [tls.key, tls.cert, tls.ca].map((path) => readFileSync(path, "utf8")) as [
    string,
    string,
    string,
  ];
  const transport = await tcpTransport({ id, listen, join: [...join], tls: { key, cert, ca }, log });
  return { transport, members: tcpMembership(transport, { log }) };
}

async function onNats(servers: string) {
  for (;;)
    try {
      const transport = await natsTransport({ id, servers, log });
      return { transport, members: natsMembership(transport, { log }) };
    } catch (error) {
      if (!(error instanceof CannotConnect)) throw error;
      log.line(error.message);
      await sleep(PAUSE);
    }
}

async function broadcast(name: string): Promise<void> {
  try {
    await node.broadcast(`${name} ${now()} `.padEnd(bytes, "x"));
    report({ kind: "acknowledged", name });
  } catch (error) {
    report({ kind: "refused", name, reason: (error as { code?: string }).code ?? String(error) });
  }
}

/** The monotonic clock of the machine, which all its processes share, in ms. */
function now(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

/** Name and time of a value. */
function read(value: string): [name: string, sentAt: number] {
  const [name = "", sentAt] = value.split(" ", 2);
  return [name, Number(sentAt)];
}

function measure(): Sample {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  const names = process.getActiveResourcesInfo();
  const timers = names.filter((name) => name === "Timeout" || name === "Immediate").length;
  const resources: Record<string, number> = {};
  for (const name of names) resources[name] = (resources[name] ?? 0) + 1;
  const { user, system } = process.cpuUsage();
  const { sent, backlog, waiting, values, members, suspects } = node.stats();
  return {
    heap: heapUsed + arrayBuffers,
    residentSet: rss,
    files: readdirSync("/proc/self/fd").length,
    handles: names.length - timers,
    timers,
    resources,
    cpu: (user + system) / 1000,
    messages: sent.messages,
    backlog: Object.values(backlog).reduce((sum, count) => sum + count, waiting),
    values,
    alive: members.length - suspects.length,
  };
}

function report(message: Report): void {
  process.send?.(message);
}
