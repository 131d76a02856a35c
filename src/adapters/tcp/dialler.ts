import type { Clock } from "../../domain/ports/clock.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { type Address, writeAddress } from "./address.js";
import type { TlsCredentials } from "./certificates.js";
import { readControlLine, writeHello, writeWho } from "./control-lines.js";
import { firstLine } from "./first-line.js";
import { addressesOf, type NameServer } from "./name-resolver.js";
import type { Introduced } from "./rivals.js";
import type { Self } from "./self.js";
import type { Socket } from "./sockets/socket.js";
import type { Sockets } from "./sockets/sockets.js";

/** The other end already has a connection: nothing is wrong. */
export class Superfluous extends Error {}

/** A paused socket whose other end is authenticated. */
export interface Introduction {
  readonly socket: Socket;
  readonly introduced: Introduced;
  /** Whether both ends use the compact wire; otherwise all messages are lines of JSON. */
  readonly isCompact: boolean;
}

interface DiallerDeps {
  readonly clock: Clock;
  readonly credentials: TlsCredentials | undefined;
  readonly names: NameServer;
  readonly sockets: Sockets;
}

/** Connects to members. */
export class Dialler {
  private credentials: TlsCredentials | undefined;

  /** @param timeout ms from the first packet to the other's hello */
  constructor(
    private readonly deps: DiallerDeps,
    private readonly self: Self,
    private readonly timeout: number,
  ) {
    this.credentials = deps.credentials;
  }

  /** Shows another certificate on new connections. */
  renew(credentials: TlsCredentials): void {
    this.credentials = credentials;
  }

  /**
   * Connects to a member, and introduces this node. Tries all addresses of a name.
   * @param isWanted asked once the member answers: whether a hello is still useful
   * @throws {Superfluous} if it is not, for either end
   * @throws {Error} with a description of the problem
   */
  async dial(peer: MemberId, address: Address, signal: AbortSignal, isWanted: () => boolean): Promise<Introduction> {
    let failure = new Error(`the name ${address.host} has no addresses`);
    for (const each of await addressesOf(address, this.deps.names)) {
      if (signal.aborted) throw new Superfluous();
      try {
        return await this.dialOne(peer, each, signal, isWanted);
      } catch (error) {
        if (error instanceof Superfluous) throw error;
        failure = error as Error;
      }
    }
    throw failure;
  }

  /**
   * Asks who is at an address.
   * @throws {Error} if no node answers, or it proves to be somebody else
   */
  async identify(address: Address, signal: AbortSignal): Promise<MemberId> {
    return this.converse(address, undefined, signal, async (socket) => {
      socket.write(writeWho(this.self.id));
      const answer = readControlLine(await firstLine(socket));
      if (answer.kind !== "me") throw new Error("it does not say who it is");
      const problem = this.deps.sockets.problemOfPeer(socket, answer.id);
      if (problem !== undefined) throw new Error(problem);
      socket.destroy();
      return answer.id;
    });
  }

  private dialOne(
    peer: MemberId,
    address: Address,
    signal: AbortSignal,
    isWanted: () => boolean,
  ): Promise<Introduction> {
    return this.converse(address, peer, signal, async (socket) => {
      if (!isWanted()) throw new Superfluous();
      const hello = this.self.hello(peer);
      socket.write(writeHello(hello));
      const answer = readControlLine(await firstLine(socket));
      if (answer.kind === "refusal")
        throw answer.superfluous ? new Superfluous() : new Error(`it refused: ${answer.reason}`);
      if (answer.kind === "unknown") throw new Error(answer.problem);
      if (answer.kind !== "hello" || answer.from !== peer || answer.to !== this.self.id)
        throw new Error(`another node answers at ${writeAddress(address)}, not ${peer}`);
      const isCompact = this.self.sharesCompactWire(answer);
      return { socket, introduced: { dialled: true, ownSerial: hello.serial, hello: answer }, isCompact };
    });
  }

  /** Connects, and speaks to the other end within the time. */
  private async converse<Result>(
    address: Address,
    peer: MemberId | undefined,
    signal: AbortSignal,
    speak: (socket: Socket) => Promise<Result>,
  ): Promise<Result> {
    const { credentials } = this;
    const { socket, opened } = this.deps.sockets.connect(address, credentials && { credentials, peer });
    const abort = () => socket.destroy(new Superfluous());
    signal.addEventListener("abort", abort);
    const cancel = this.deps.clock.schedule(this.timeout, () =>
      socket.destroy(new Error(`it did not answer within ${this.timeout} ms`)),
    );
    socket.on("error", () => {});
    try {
      await opened;
      return await speak(socket);
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      cancel();
      signal.removeEventListener("abort", abort);
    }
  }
}
