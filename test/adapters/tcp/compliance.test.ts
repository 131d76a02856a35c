import { describe, it } from "vitest";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import { SystemClock } from "../../../src/adapters/system-clock/system-clock.js";
import type { TlsCredentials } from "../../../src/adapters/tcp/certificates.js";
import { openTcpTransport } from "../../../src/adapters/tcp/open.js";
import type { TcpTransport } from "../../../src/adapters/tcp/tcp-transport.js";
import { type TransportHarness, transportChecks } from "../../../src/testing/transport-compliance.js";
import { RecordingLog } from "../../application/recording-ports.js";
import { createAuthority, issue } from "../../support/certificates.js";
import { freePorts } from "../../support/free-ports.js";

const limits = { maxMessageBytes: 2 ** 18, maxQueuedBytes: 2 ** 19, longestPause: 200 };

async function tcpHarness(
  credentials?: Readonly<Record<string, TlsCredentials>>,
  chosen = limits,
): Promise<TransportHarness> {
  const log = new RecordingLog();
  const ports = { clock: new SystemClock(), random: new SeededRandom(1), log };
  const [a, b, c] = await freePorts(3);
  const members = { a: `127.0.0.1:${a}`, b: `127.0.0.1:${b}`, c: `127.0.0.1:${c}` };
  return {
    open: (id) =>
      openTcpTransport({ id, members, limits: chosen, ...(credentials && { tls: credentials[id] }) }, ports),
    crash: (transport) => (transport as TcpTransport).destroy(),
    log: log.lines,
    forAbsentMember: { maxBytes: limits.maxQueuedBytes, keeps: "newest" },
    forSlowMember: { maxBytes: limits.maxQueuedBytes, keeps: "newest" },
    queuedBytes: (transport, to) =>
      (transport as TcpTransport).state().find(({ member }) => member === to)?.queuedBytes ?? 0,
    watch: 60,
  };
}

const smallest = { maxMessageBytes: 16_384, maxQueuedBytes: 2 ** 19, longestPause: 200 };

describe("a transport on TCP with the smallest messages", () => {
  for (const { name, run } of transportChecks(() => tcpHarness(undefined, smallest))) it(name, run);
});

describe("a transport on TCP", () => {
  for (const { name, run } of transportChecks(() => tcpHarness())) it(name, run);
});

describe("a transport on TCP with TLS", async () => {
  const authority = await createAuthority();
  const credentials = Object.fromEntries(
    await Promise.all(["a", "b", "c"].map(async (id) => [id, await issue(authority, id)] as const)),
  );
  for (const { name, run } of transportChecks(() => tcpHarness(credentials))) it(name, run);
});
