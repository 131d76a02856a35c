import type { FakeClock } from "../../../../adapters/fake-clock/fake-clock.js";
import type { Random } from "../../../../domain/ports/random.js";
import { ConnectionEnd, type Endpoint } from "./connection-end.js";
import type { NetworkModel } from "./network-model.js";
import type { Path } from "./paths.js";
import { Stream } from "./stream.js";
import { systemError } from "./system-error.js";

interface ConnectionPairDeps {
  readonly clock: FakeClock;
  readonly random: Random;
  readonly model: NetworkModel;
  readonly tally: (what: string) => void;
  /** Time of a segment's way, in ms. */
  readonly travel: () => number;
  /** The network from one host to another. */
  readonly path: (from: string, to: string) => Path;
}

/** The two ends of a connection, and the streams between them. */
export class ConnectionPair {
  readonly client: ConnectionEnd;
  readonly server: ConnectionEnd;
  /** A device on the way has forgotten the connection, and drops what belongs to it. */
  isForgotten = false;

  constructor(
    private readonly deps: ConnectionPairDeps,
    from: Endpoint,
    to: Endpoint,
  ) {
    const there = this.stream(from, to, () => [this.client, this.server]);
    const back = this.stream(to, from, () => [this.server, this.client]);
    this.client = this.end(from, to, { out: there, in: back, other: () => this.server });
    this.server = this.end(to, from, { out: back, in: there, other: () => this.client });
  }

  private stream(from: Endpoint, to: Endpoint, ends: () => readonly [ConnectionEnd, ConnectionEnd]): Stream {
    return new Stream(this.deps, {
      path: () => this.path(from, to),
      pathBack: () => this.path(to, from),
      arrived: (segment) => ends()[1].arrived(segment),
      hasRoom: () => ends()[0].listener?.hasRoom(),
      gaveUp: () => {
        this.deps.tally("timed out connections");
        ends()[0].fail(systemError("ETIMEDOUT"));
      },
    });
  }

  private end(
    local: Endpoint,
    remote: Endpoint,
    { other, ...streams }: { readonly out: Stream; readonly in: Stream; readonly other: () => ConnectionEnd },
  ): ConnectionEnd {
    const { clock, tally, travel } = this.deps;
    const isOpen = (from: Endpoint, to: Endpoint) => this.path(from, to).state === "open";
    return new ConnectionEnd(
      {
        ...{ clock, tally, streams },
        reach: () => (isOpen(local, remote) && isOpen(remote, local) ? other() : undefined),
        refuse: () => {
          clock.schedule(travel(), () => {
            if (isOpen(local, remote)) other().fail(systemError("ECONNRESET"));
          });
        },
      },
      local,
      remote,
    );
  }

  private path(from: Endpoint, to: Endpoint): Path {
    return this.isForgotten ? { state: "cut" } : this.deps.path(from.host, to.host);
  }
}
