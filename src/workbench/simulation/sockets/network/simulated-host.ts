import type { ConnectionEnd } from "./connection-end.js";
import type { SimulatedProcess } from "./simulated-process.js";

/** A server as the system sees it. */
interface Acceptor {
  /** A connection stands. */
  accept(end: ConnectionEnd): void;
}

const FIRST_EPHEMERAL_PORT = 32_768;

/** A machine with one address: its connections and listening servers, which belong to its system, and the process that runs on it. */
export class SimulatedHost {
  isUp = true;
  process: SimulatedProcess | undefined;
  readonly servers = new Map<number, Acceptor>();
  readonly ends = new Set<ConnectionEnd>();
  private lastPort = FIRST_EPHEMERAL_PORT;

  constructor(readonly ip: string) {}

  nextPort(): number {
    return this.lastPort++;
  }

  /** Loses power: nothing is sent any more, and after its return it knows none of its connections. */
  turnOff(): void {
    this.isUp = false;
    for (const end of this.ends) end.forget();
    this.ends.clear();
    this.process?.die();
    this.servers.clear();
  }

  turnOn(): void {
    this.isUp = true;
  }
}
