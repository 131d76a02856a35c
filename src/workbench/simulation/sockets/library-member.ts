import type { FakeClock } from "../../../adapters/fake-clock/fake-clock.js";
import type { SeededRandom } from "../../../adapters/seeded-random/seeded-random.js";
import { openTcpTransport } from "../../../adapters/tcp/open.js";
import type { TcpTransport } from "../../../adapters/tcp/tcp-transport.js";
import type { OpenJournal } from "../../../domain/ports/journal.js";
import type { LogEvent } from "../../../domain/ports/log.js";
import { createNode } from "../../../library/node/create-node.js";
import type { TidecastNode } from "../../../library/node/tidecast-node.js";
import { openTcpMembership } from "../../../library/tcp/membership.js";
import { simulatedCredentials } from "./network/certificate.js";
import type { SimulatedHost } from "./network/simulated-host.js";
import type { SimulatedProcess } from "./network/simulated-process.js";
import type { SocketNetwork } from "./network/socket-network.js";
import type { SocketScenario } from "./socket-scenario.js";

const PORT = 7_000;
const FIRST_TIME = 1_700_000_000_000;

/** Where a member runs, and what it starts with. */
export interface Start {
  readonly node: number;
  readonly host: SimulatedHost;
  readonly process: SimulatedProcess;
  readonly random: SeededRandom;
  readonly incarnation: number;
  readonly openJournal: OpenJournal | undefined;
  readonly log: (event: LogEvent) => void;
}

export interface LibraryMember {
  readonly transport: TcpTransport;
  readonly member: TidecastNode;
}

/** Name of a member's host. */
export const hostName = (node: number) => `n${node}.cluster`;
/** IP address of one of a member's hosts. */
export const hostAddress = (node: number, host: number) => `10.0.${node}.${host + 1}`;

/** Starts a member of the cluster, as an application of the library does. Never resolves if its process ends before. */
export async function startMember(
  { clock, network }: { readonly clock: FakeClock; readonly network: SocketNetwork },
  scenario: SocketScenario,
  { node, host, process, random, incarnation, openJournal, log }: Start,
): Promise<LibraryMember> {
  const id = `n${node}`;
  const place = (name: string) => `${name}:${PORT}`;
  const wayIn = scenario.hasNames ? hostName(0) : hostAddress(0, 0);
  const transport = await openTcpTransport(
    {
      id,
      listen: place(host.ip),
      join: [place(wayIn)],
      ...(scenario.hasNames && { advertise: place(hostName(node)) }),
      ...(scenario.isSecure ? { tls: simulatedCredentials("cluster", id) } : { allowPlaintext: true }),
      wire: scenario.json.includes(node) ? "json" : "compact",
      limits: { maxMessageBytes: 2 ** 16, maxQueuedBytes: scenario.maxQueuedBytes },
    },
    {
      ...{ clock: process.clock, random: random.fork(), log: { event: log } },
      sockets: network.socketsOf(host, process),
      names: network.names.for(process),
    },
  );
  const timeOfDay = () => FIRST_TIME + clock.now() + (scenario.daytimes[node] ?? 0);
  const ports = { clock: process.clock, random: random.fork(), timeOfDay };
  const member = await createNode({
    id,
    members: openTcpMembership(transport, { log }, ports),
    transport,
    budget: scenario.budget,
    ack: scenario.ack,
    ...(openJournal && { journal: openJournal }),
    ...{ log, clock: process.clock, random: random.fork(), incarnation },
  });
  return { transport, member };
}
