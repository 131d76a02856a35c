import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Ledger } from "../../hosts/load/ledger.js";
import { HostNetwork } from "../../hosts/network/namespaces.js";
import { writeCredentials } from "../../hosts/servers/credentials.js";
import type { MemberStart } from "../member/orders.js";
import { Broker } from "./broker.js";
import { SoakMember } from "./soak-member.js";

/** Members of a cluster. The last one is never killed. */
export const SIZE = 5;
/** Members that each member asks first. */
const SEEDS = 2;
const PORT = 7000;

export type TransportName = "tcp" | "nats";

/** How a cluster starts. */
export interface ClusterOptions {
  readonly transport: TransportName;
  /** An empty folder for certificates, journals and logs. */
  readonly folder: string;
  readonly seed: number;
  /** Bytes of a value. */
  readonly bytes: number;
  /** Whether the last member leaks. */
  readonly leaks: boolean;
}

/** Members on hosts of their own, which are network namespaces; on NATS with a broker on another host. */
export class SoakCluster {
  /** Latencies in ms of values delivered since the last call of `takeLatencies`. */
  private latencies: number[] = [];
  /** Packets that met a cut. */
  droppedPackets = 0;

  private constructor(
    readonly ledger: Ledger,
    readonly members: readonly SoakMember[],
    readonly broker: Broker | undefined,
    private readonly network: HostNetwork,
  ) {}

  /** Starts a cluster; resolves once all members have joined. Begin in `unshare -rmn`. */
  static async start({ transport, folder, seed, bytes, leaks }: ClusterOptions): Promise<SoakCluster> {
    const isOnNats = transport === "nats";
    const network = await HostNetwork.make(isOnNats ? SIZE + 1 : SIZE, seed);
    const brokerHost = network.hosts[SIZE];
    const hosts = network.hosts.slice(0, SIZE);
    const broker = brokerHost && new Broker(brokerHost);
    await broker?.start();
    await writeCredentials(hosts, folder);
    const journals = join(folder, "journals");
    mkdirSync(journals);
    const address = (host: { readonly address: string }) => `${host.address}:${PORT}`;
    const file = (name: string) => join(folder, name);
    const ledger = new Ledger(hosts.map(({ number }) => `h${number}`));
    const members = hosts.map((host) => {
      const id = `h${host.number}`;
      const tls = { key: file(`${id}.key`), cert: file(`${id}.crt`), ca: file("ca.crt") };
      const place: MemberStart["network"] =
        broker === undefined
          ? { transport: "tcp", listen: address(host), join: hosts.slice(0, SEEDS).map(address), tls }
          : { transport: "nats", servers: broker.address };
      const start: MemberStart = { id, journals, network: place, bytes, leaks: leaks && host.number === SIZE };
      return new SoakMember(host, start, ledger, file(`${id}.log`), (latency) => cluster.latencies.push(latency));
    });
    const cluster: SoakCluster = new SoakCluster(ledger, members, broker, network);
    try {
      await Promise.all(members.map((member) => member.start()));
      return cluster;
    } catch (error) {
      await cluster.kill();
      throw error;
    }
  }

  /** The latencies of all deliveries since the last call, in ms. */
  takeLatencies(): readonly number[] {
    const taken = this.latencies;
    this.latencies = [];
    return taken;
  }

  /** Drops all packets between these members and all other hosts, without a notice. */
  async cut(members: readonly number[]): Promise<void> {
    const others = this.network.hosts.map(({ number }) => number).filter((number) => !members.includes(number));
    await this.network.links.divide(members, others);
  }

  async heal(): Promise<void> {
    this.droppedPackets = (await this.network.links.heal()).cut;
  }

  /** Kills all processes. */
  async kill(): Promise<void> {
    await Promise.all([...this.members.map((member) => member.kill()), this.broker?.kill()]);
    await this.network.links.stop();
  }
}
