import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ledger } from "../load/ledger.js";
import type { NetworkHost } from "../network/namespaces.js";
import type { Build } from "./builds.js";
import { writeCredentials } from "./credentials.js";
import { type ClusterFiles, clusterAddress, HostServer, TOKEN } from "./server.js";

/** Members that each server asks first. */
const SEEDS = 2;

/** How the servers of a cluster start. */
export interface ClusterStart {
  /** An empty folder for certificates, journals and logs. */
  readonly folder: string;
  /** The build that the server at an index runs first. */
  readonly buildOf: (index: number) => Build;
  /** Settings of all servers, as options of the command line. */
  readonly options?: readonly string[] | undefined;
  /** Clocks of the servers, as distances from the true time in ms. */
  readonly clocks?: readonly number[] | undefined;
}

/** Servers of one cluster, one on each host: with mTLS between members, a journal each, and a token for clients. */
export class Cluster {
  private ledger: Ledger | undefined;

  private constructor(readonly servers: readonly HostServer[]) {}

  /** Starts servers; resolves once they are ready. */
  static async start(hosts: readonly NetworkHost[], start: ClusterStart): Promise<Cluster> {
    const { folder, buildOf, options = [], clocks = [] } = start;
    mkdirSync(folder);
    writeFileSync(join(folder, "tokens"), `${TOKEN}\n`);
    await writeCredentials(hosts, folder);
    const files: ClusterFiles = { folder, join: hosts.slice(0, SEEDS).map(clusterAddress), options };
    const servers = hosts.map((host, index) => new HostServer(host, files, buildOf(index)));
    for (const [index, offset] of clocks.entries()) servers[index]?.setClock(offset);
    const cluster = new Cluster(servers);
    try {
      await Promise.all(servers.map((server) => server.start()));
      return cluster;
    } catch (error) {
      await cluster.kill();
      throw error;
    }
  }

  /** A ledger for the values that come now. It knows those of earlier ledgers. */
  newLedger(): Ledger {
    this.ledger = new Ledger(
      this.servers.map(({ id }) => id),
      this.ledger,
    );
    return this.ledger;
  }

  /** Kills all servers. */
  async kill(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
  }
}
