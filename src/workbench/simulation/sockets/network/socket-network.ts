import type { FakeClock } from "../../../../adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../../../adapters/seeded-random/seeded-random.js";
import type { ClientSecurity, Dialling, Sockets } from "../../../../adapters/tcp/sockets/sockets.js";
import type { ClockModel } from "../../scenario.js";
import { checkSimulatedCredentials, problemWith } from "./certificate.js";
import type { Endpoint } from "./connection-end.js";
import { ConnectionPair } from "./connection-pair.js";
import { secureClient } from "./handshake.js";
import type { NetworkModel } from "./network-model.js";
import { type Path, Paths } from "./paths.js";
import { SimulatedHost } from "./simulated-host.js";
import { SimulatedNames } from "./simulated-names.js";
import { SimulatedProcess } from "./simulated-process.js";
import { SimulatedServer } from "./simulated-server.js";
import { SimulatedSocket } from "./simulated-socket.js";
import { systemError } from "./system-error.js";

/** First pause before another attempt to connect in ms, doubling, and number of attempts: about two minutes, as on Linux. */
const FIRST_ATTEMPT = 1_000;
const ATTEMPTS = 7;
/** Time until an address without a host is reported, in ms. */
const UNREACHABLE = 3_000;

/** Hosts, processes and connections in virtual time. The same seed and the same calls give the same run. */
export class SocketNetwork {
  readonly paths = new Paths();
  readonly names: SimulatedNames;
  /** Counts of what has happened. */
  readonly counts = new Map<string, number>();
  private readonly random: SeededRandom;
  private readonly hosts = new Map<string, SimulatedHost>();
  private readonly pairs = new Set<ConnectionPair>();

  constructor(
    private readonly clock: FakeClock,
    seed: number,
    private readonly model: NetworkModel,
  ) {
    this.random = new SeededRandom(seed);
    this.names = new SimulatedNames(2 * model.latency);
  }

  /** The host with an address; it exists from the first call on. */
  host(ip: string): SimulatedHost {
    let host = this.hosts.get(ip);
    if (host === undefined) {
      host = new SimulatedHost(ip);
      this.hosts.set(ip, host);
    }
    return host;
  }

  /** Starts a process on a host that is up and has none. */
  start(host: SimulatedHost, model: ClockModel): SimulatedProcess {
    const process = new SimulatedProcess(
      { clock: this.clock, random: this.random.fork(), tally: (what) => this.tally(what) },
      model,
    );
    host.process = process;
    return process;
  }

  /** The sockets of a process, as the transport's port. */
  socketsOf(host: SimulatedHost, process: SimulatedProcess): Sockets {
    return {
      connect: (address, security) =>
        this.dial({ host, process }, { host: address.host, port: address.port }, security),
      serve: (listener, credentials) => new SimulatedServer({ host, process }, listener, credentials),
      problemOfPeer: (socket, id) => {
        const { certificate } = socket as SimulatedSocket;
        return certificate && problemWith(certificate, id);
      },
      checkCredentials: checkSimulatedCredentials,
    };
  }

  /** Open connections between hosts, by their addresses, in the order of their opening. */
  connections(concerns: (one: string, other: string) => boolean = () => true): ConnectionPair[] {
    for (const pair of this.pairs) if (!pair.client.isOpen && !pair.server.isOpen) this.pairs.delete(pair);
    return [...this.pairs].filter(({ client }) => concerns(client.local.host, client.remote.host));
  }

  /** Breaks a connection, for one end or for both. The other end notices when its next bytes come to the first. */
  reset({ client, server }: ConnectionPair, side: "both" | "client" | "server"): void {
    this.tally(side === "both" ? "resets" : "resets of one end");
    if (side !== "server") client.fail(systemError("ECONNRESET"));
    if (side !== "client") server.fail(systemError("ECONNRESET"));
  }

  /** A device on the way drops everything that belongs to the connection from now on. */
  forget(pair: ConnectionPair): void {
    this.tally("forgotten connections");
    pair.isForgotten = true;
  }

  tally(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  private dial(
    from: { readonly host: SimulatedHost; readonly process: SimulatedProcess },
    remote: Endpoint,
    security: ClientSecurity | undefined,
  ): Dialling {
    const { process } = from;
    const socket = new SimulatedSocket(process, remote);
    process.sockets.add(socket);
    const opened = new Promise<void>((resolve, reject) => {
      let error = new Error("it closed the connection");
      socket.once("error", (cause) => {
        error = cause;
      });
      socket.once("close", () => reject(error));
      this.attempt(from.host, socket, remote, 0, () => {
        if (security === undefined) resolve();
        else secureClient(socket, security.peer, security.credentials).then(resolve, reject);
      });
    });
    return { socket, opened };
  }

  /** Sends the first segment of a connection, until an answer comes. */
  private attempt(
    from: SimulatedHost,
    socket: SimulatedSocket,
    to: Endpoint,
    failures: number,
    done: () => void,
  ): void {
    const after = (delay: number, task: () => void) =>
      this.clock.schedule(delay, () => {
        if (!socket.isDestroyed) task();
      });
    const retry = () => {
      this.tally("late connects");
      if (failures + 1 === ATTEMPTS) return after(0, () => socket.broken(systemError("ETIMEDOUT"), EMPTY));
      return after(FIRST_ATTEMPT * 2 ** failures, () => this.attempt(from, socket, to, failures + 1, done));
    };
    const host = this.hosts.get(to.host);
    if (host === undefined) {
      this.tally("connects to no host");
      after(UNREACHABLE, () => socket.broken(systemError("EHOSTUNREACH", to.host), EMPTY));
      return;
    }
    after(this.travel(), () => {
      const path = this.path(from.ip, to.host);
      const back = this.path(to.host, from.ip);
      if (path.state === "held")
        return after(path.until - this.clock.now(), () => this.attempt(from, socket, to, failures, done));
      if (path.state !== "open" || back.state === "cut" || this.random.next() * 1000 < this.model.loss) return retry();
      const server = host.servers.get(to.port);
      const pause = this.travel() + (back.state === "held" ? back.until - this.clock.now() : 0);
      if (server === undefined) {
        this.tally("refused connects");
        return after(pause, () => socket.broken(systemError("ECONNREFUSED"), EMPTY));
      }
      const { client, server: accepted } = this.pair(from, host, to);
      after(pause, () => {
        socket.attach(client);
        done();
      });
      this.clock.schedule(pause + this.travel(), () => {
        if (host.servers.get(to.port) === server && accepted.isOpen) server.accept(accepted);
        else {
          accepted.forget();
          client.fail(systemError("ECONNRESET"));
        }
      });
      return undefined;
    });
  }

  private pair(from: SimulatedHost, to: SimulatedHost, remote: Endpoint): ConnectionPair {
    this.tally("connections");
    const { clock, random, model } = this;
    const pair = new ConnectionPair(
      {
        ...{ clock, random, model },
        tally: (what) => this.tally(what),
        travel: () => this.travel(),
        path: (one, other) => this.path(one, other),
      },
      { host: from.ip, port: from.nextPort() },
      remote,
    );
    from.ends.add(pair.client);
    to.ends.add(pair.server);
    this.pairs.add(pair);
    return pair;
  }

  /** The state of the network from one host to another; a host that is off is cut off. */
  private path(from: string, to: string): Path {
    if (this.hosts.get(from)?.isUp !== true || this.hosts.get(to)?.isUp !== true) return { state: "cut" };
    return this.paths.between(from, to);
  }

  private travel(): number {
    return this.model.latency * (0.5 + this.random.next() / 2);
  }
}

const EMPTY = Buffer.alloc(0);
