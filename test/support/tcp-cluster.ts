import { onTestFinished } from "vitest";
import { createNode, type TidecastNode } from "../../src/library/index.js";
import { type TcpTransport, type TlsCredentials, tcpTransport } from "../../src/library/tcp.js";
import { RecordingLog } from "../application/recording-ports.js";
import { createAuthority, issue } from "./certificates.js";
import { freePorts } from "./free-ports.js";

/** A member of a cluster on loopback, with TLS. */
export interface TcpMember {
  readonly id: string;
  readonly node: TidecastNode;
  readonly transport: TcpTransport;
  readonly log: RecordingLog;
}

/** The addresses and certificates of a cluster `n0`, `n1`, …; opens its members. */
export class TcpCluster {
  private constructor(
    private readonly addresses: Readonly<Record<string, string>>,
    private readonly credentials: ReadonlyMap<string, TlsCredentials>,
  ) {}

  static async prepare(size: number): Promise<TcpCluster> {
    const ids = Array.from({ length: size }, (_, index) => `n${index}`);
    const [authority, ports] = [await createAuthority(), await freePorts(size)];
    const credentials = await Promise.all(ids.map(async (id) => [id, await issue(authority, id)] as const));
    const addresses = Object.fromEntries(ids.map((id, index) => [id, `127.0.0.1:${ports[index]}`]));
    return new TcpCluster(addresses, new Map(credentials));
  }

  get ids(): string[] {
    return Object.keys(this.addresses);
  }

  /** Starts a member; it is closed when the test is over. */
  async open(id: string): Promise<TcpMember> {
    const log = new RecordingLog();
    const tls = this.credentials.get(id) as TlsCredentials;
    const transport = await tcpTransport({ id, members: this.addresses, tls, log });
    const node = await createNode({ id, members: this.ids, budget: { max: 300 }, transport, log });
    onTestFinished(() => node.close());
    return { id, node, transport, log };
  }

  openAll(): Promise<TcpMember[]> {
    return Promise.all(this.ids.map((id) => this.open(id)));
  }
}

/** The pairs that are connected, each told once by either end: `n0 n1`. */
export function connectedPairs(members: readonly TcpMember[]): string[] {
  return members
    .flatMap(({ id, transport }) =>
      transport
        .state()
        .filter(({ connected }) => connected)
        .map(({ member }) => [id, member].sort().join(" ")),
    )
    .sort();
}
