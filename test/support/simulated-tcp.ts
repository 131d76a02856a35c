import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { openTcpTransport, type TcpPlace } from "../../src/adapters/tcp/open.js";
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

/** A transport of a simulated process. */
export interface SimulatedMember {
  readonly transport: TcpTransport;
  readonly host: SimulatedHost;
  readonly process: SimulatedProcess;
  readonly received: { readonly from: string; readonly body: unknown }[];
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
   * @param place differs from the default; `hostOf` names the member on whose host it runs
   */
  async open(id: string, { hostOf = id, ...place }: Wishes = {}): Promise<SimulatedMember> {
    const host = this.network.host(ADDRESSES[hostOf as keyof typeof ADDRESSES].split(":")[0] as string);
    const process = this.network.start(host, { origin: 0, drift: 0 });
    const transport = await openTcpTransport(
      { id, members: ADDRESSES, allowPlaintext: true, ...place },
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

  pass(duration: number): Promise<void> {
    return advanceInTurns(this.clock, duration);
  }

  /** Lets time pass until the condition holds, at most `most` ms. @throws {Error} if it does not */
  async until(condition: () => boolean, most: number): Promise<void> {
    for (const end = this.clock.now() + most; !condition(); await this.pass(10))
      if (this.clock.now() >= end) throw new Error(`waited in vain for ${most} ms: ${condition}`);
  }
}
