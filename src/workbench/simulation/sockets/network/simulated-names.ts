import type { NameServer } from "../../../../adapters/tcp/name-resolver.js";
import type { SimulatedProcess } from "./simulated-process.js";
import { systemError } from "./system-error.js";

/** The name service of a simulated network. */
export class SimulatedNames {
  /** IP addresses by the name of a host. */
  readonly hosts = new Map<string, readonly string[]>();
  /** Hosts and ports by the name of a service. */
  readonly services = new Map<string, readonly { readonly name: string; readonly port: number }[]>();
  /** Whether it fails at the moment. */
  isDown = false;

  /** @param latency longest time of an answer, in ms */
  constructor(private readonly latency: number) {}

  /** The service as a process sees it. */
  for(process: SimulatedProcess): NameServer {
    const ask = <Answer>(from: ReadonlyMap<string, Answer>, name: string) =>
      new Promise<Answer>((resolve, reject) => {
        process.later(process.random.next() * this.latency, () => {
          const answer = this.isDown ? undefined : from.get(name);
          if (answer === undefined) reject(systemError("ENOTFOUND", name));
          else resolve(answer);
        });
      });
    return { hosts: (name) => ask(this.hosts, name), services: (name) => ask(this.services, name) };
  }
}
