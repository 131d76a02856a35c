import { describe, it } from "vitest";
import type { TcpTransport } from "../../../../src/adapters/tcp/tcp-transport.js";
import { type TransportHarness, transportChecks } from "../../../../src/testing/transport-compliance.js";
import { simulatedCredentials } from "../../../../src/workbench/simulation/sockets/network/certificate.js";
import type { NetworkModel } from "../../../../src/workbench/simulation/sockets/network/network-model.js";
import { type SimulatedMember, SimulatedTcp } from "../../../support/simulated-tcp.js";

const limits = { maxMessageBytes: 2 ** 18, maxQueuedBytes: 2 ** 19, longestPause: 200 };

interface Wishes {
  readonly model?: Partial<NetworkModel>;
  readonly isSecure?: boolean;
  readonly wire?: "json";
}

function simulatedHarness({ model, isSecure = false, wire = undefined }: Wishes): TransportHarness {
  const cluster = new SimulatedTcp(model);
  const members: SimulatedMember[] = [];
  const memberOf = (transport: unknown) => members.find((member) => member.transport === transport);
  return {
    open: async (id) => {
      const tls = isSecure ? { tls: simulatedCredentials("authority", id) } : {};
      const member = await cluster.open(id, { limits, ...tls, ...(wire && { wire }) });
      members.push(member);
      return member.transport;
    },
    crash: (transport) => memberOf(transport)?.process.die(),
    pass: (duration) => cluster.pass(duration),
    log: cluster.log.lines,
    forAbsentMember: { maxBytes: limits.maxQueuedBytes, keeps: "newest" },
    forSlowMember: { maxBytes: limits.maxQueuedBytes, keeps: "newest" },
    queuedBytes: (transport, to) =>
      (transport as TcpTransport).state().find(({ member }) => member === to)?.queuedBytes ?? 0,
    // What a closed transport has left behind on its clock and in its process.
    sharedListeners: () => members.reduce((sum, { process }) => sum + process.timers + process.sockets.size, 0),
    patience: 60_000,
    watch: 2_000,
  };
}

const networks: Readonly<Record<string, Wishes>> = {
  "a good network": {},
  "a good network, with lines of JSON": { wire: "json" },
  "a good network, with TLS": { isSecure: true },
  "a slow network with small windows and small segments": {
    model: { latency: 50, segment: 1_460, sendBuffer: 4_096, window: 8_192 },
  },
  "a network that loses segments, with TLS": { model: { latency: 20, loss: 50, window: 16_384 }, isSecure: true },
};

for (const [name, wishes] of Object.entries(networks))
  describe(`a transport on TCP on simulated sockets: ${name}`, () => {
    for (const { name: promise, run } of transportChecks(() => simulatedHarness(wishes))) it(promise, run);
  });
