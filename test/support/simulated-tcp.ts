import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { type Address, parseAddress } from "../../src/adapters/tcp/address.js";
import type { TlsCredentials } from "../../src/adapters/tcp/certificates.js";
import { openTcpTransport, type TcpPlace } from "../../src/adapters/tcp/open.js";
import type { Socket } from "../../src/adapters/tcp/sockets/socket.js";
import type { ClientSecurity, Sockets } from "../../src/adapters/tcp/sockets/sockets.js";
import type { TcpTransport } from "../../src/adapters/tcp/tcp-transport.js";
import { GOOD_NETWORK, type NetworkModel } from "../../src/workbench/simulation/sockets/network/network-model.js";
import type { SimulatedHost } from "../../src/workbench/simulation/sockets/network/simulated-host.js";
import type { SimulatedProcess } from "../../src/workbench/simulation/sockets/network/simulated-process.js";
import { SocketNetwork } from "../../src/workbench/simulation/sockets/network/socket-network.js";
import { advanceInTurns } from "../../src/workbench/simulation/sockets/network/turns.js";
import { RecordingLog } from "../application/recording-ports.js";

/** The members `a`, `b`, `c`, each on a host of its own. */
const ADDRESSES = { a: "10.0.0.1:7000", b: "10.0.0.2:7000", c: "10.0.0.3:7000" };

interface Wishes extends Partial<TcpPlace> {
  readonly hostOf?: string;
}

/** Options of a node of a cluster whose members come and go; `hostOf` names the member on whose host it runs. */
export type JoiningPlace = Omit<Wishes, "members">;

/** A transport of a simulated process. */
export interface SimulatedMember {
  readonly transport: TcpTransport;
  readonly host: SimulatedHost;
  readonly process: SimulatedProcess;
  readonly received: { readonly from: string; readonly body: unknown }[];
}

/** A process that has connected to a node, and is not a node of Tidecast. */
export class SimulatedStranger {
  /** Everything that the node said. */
  heard = "";
  closed = false;

  constructor(readonly socket: Socket) {
    socket.on("data", (chunk) => {
      this.heard += String(chunk);
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.closed = true;
    });
    socket.resume();
  }

  say(line: object): void {
    this.socket.write(`${JSON.stringify(line)}\n`);
  }
}

/** TCP transports on simulated sockets, in virtual time. */
export class SimulatedTcp {
  readonly clock = new FakeClock();
  readonly network: SocketNetwork;
  readonly log = new RecordingLog();

  constructor(model: Partial<NetworkModel> = {}, seed = 1) {
    this.network = new SocketNetwork(this.clock, seed, { ...GOOD_NETWORK, ...model });
  }

  /**
   * Opens the transport of a member, without a listener.
   * @param wishes where its place differs from the default; `hostOf` names the member on whose host it runs
   */
  open(id: string, wishes: Wishes = {}): Promise<SimulatedMember> {
    return this.start(id, { members: ADDRESSES, ...wishes });
  }

  /** Opens the transport of a member of a cluster whose members come and go, by default without seeds. */
  openJoining(id: keyof typeof ADDRESSES, place: JoiningPlace = {}): Promise<SimulatedMember> {
    return this.start(id, { join: [], listen: ADDRESSES[id], ...place });
  }

  private async start(id: string, { hostOf = id, ...place }: Wishes): Promise<SimulatedMember> {
    const [ip = hostOf] = ADDRESSES[hostOf as keyof typeof ADDRESSES]?.split(":") ?? [];
    const host = this.network.host(ip);
    const process = this.network.start(host, { origin: 0, drift: 0 });
    const transport = await openTcpTransport(
      { id, allowPlaintext: true, ...place },
      {
        ...{ clock: process.clock, random: new SeededRandom(1), log: this.log },
        sockets: this.network.socketsOf(host, process),
        names: this.network.names.for(process),
      },
    );
    return { transport, host, process, received: [] };
  }

  /** Opens the transport of a member, and listens to it. */
  async openHeard(id: string, wishes: Wishes = {}): Promise<SimulatedMember> {
    const member = await this.open(id, wishes);
    member.transport.onMessage((from, body) => member.received.push({ from, body }));
    return member;
  }

  /** Connects to a node from a process on a host of its own. */
  async stranger(to: keyof typeof ADDRESSES, ip = "10.0.0.9", security?: ClientSecurity): Promise<SimulatedStranger> {
    const { socket, opened } = this.socketsAt(ip).connect(parseAddress(ADDRESSES[to]) as Address, security);
    let isOpen = false;
    opened.then(
      () => {
        isOpen = true;
      },
      () => {},
    );
    await this.until(() => isOpen, 10_000);
    return new SimulatedStranger(socket);
  }

  /** Listens on a member's address, and sends nothing on its own. */
  async impostor(
    of: keyof typeof ADDRESSES,
    visited: (socket: Socket) => void,
    credentials?: TlsCredentials,
  ): Promise<void> {
    const { host, port } = parseAddress(ADDRESSES[of]) as Address;
    const receive = (socket: Socket) => {
      visited(socket);
      socket.resume();
    };
    const connected = (socket: Socket) => {
      socket.on("error", () => {});
      if (credentials === undefined) receive(socket);
      else server.secure(socket, receive);
    };
    const server = this.socketsAt(host).serve({ connected, insecure: () => {}, failed: () => {} }, credentials);
    await server.listen({ host, port });
  }

  /** The sockets of a new process on a host. */
  private socketsAt(ip: string): Sockets {
    const host = this.network.host(ip);
    return this.network.socketsOf(host, this.network.start(host, { origin: 0, drift: 0 }));
  }

  pass(duration: number): Promise<void> {
    return advanceInTurns(this.clock, duration);
  }

  /** Lets time pass until the condition holds, at most `most` ms. @throws {Error} if it does not */
  async until(condition: () => boolean, most: number): Promise<void> {
    for (const end = this.clock.now() + most; !condition(); await this.pass(10))
      if (this.clock.now() >= end) throw new Error(`waited in vain for ${most} ms: ${condition}`);
  }
}
