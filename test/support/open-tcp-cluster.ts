import { onTestFinished } from "vitest";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { SystemClock } from "../../src/adapters/system-clock/system-clock.js";
import type { NameServer } from "../../src/adapters/tcp/name-resolver.js";
import { openTcpTransport, type TcpPlace } from "../../src/adapters/tcp/open.js";
import { createNode, type NodeOptions, type TidecastNode } from "../../src/library/index.js";
import { type TcpMembershipOptions, type TcpTransport, tcpMembership } from "../../src/library/tcp.js";
import { RecordingLog } from "../application/recording-ports.js";

/** A node whose members come and go, on loopback. */
export interface OpenMember {
  readonly id: string;
  readonly node: TidecastNode;
  readonly transport: TcpTransport;
  readonly log: RecordingLog;
  /** Ends like a killed process. */
  readonly kill: () => Promise<void>;
}

interface Options extends Partial<TcpPlace> {
  readonly names?: NameServer;
  readonly membership?: TcpMembershipOptions;
  readonly node?: Partial<NodeOptions>;
}

/** Starts a node on a port that the system chooses; it is closed when the test is over. */
export async function startOpenNode(
  id: string,
  { names, membership = {}, node: more = {}, ...place }: Options = {},
): Promise<OpenMember> {
  const log = new RecordingLog();
  const ports = { clock: new SystemClock(), random: new SeededRandom(1), log, ...(names && { names }) };
  const transport = await openTcpTransport({ id, listen: "127.0.0.1:0", join: [], ...place }, ports);
  onTestFinished(() => transport.destroy());
  const node = await createNode({
    id,
    members: tcpMembership(transport, { ...membership, log }),
    transport,
    budget: { max: 300 },
    log,
    ...more,
  });
  let isKilled = false;
  onTestFinished(async () => {
    if (!isKilled) await node.close();
  });
  const kill = async () => {
    isKilled = true;
    await transport.destroy();
    await node.close();
  };
  return { id, node, transport, log, kill };
}
