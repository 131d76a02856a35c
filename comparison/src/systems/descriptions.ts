import type { ServerName } from "../servers/programs.ts";

/** A system of the comparison. */
export interface SystemDescription {
  /** Its name in tables. */
  readonly name: string;
  /** The server that its messages pass, whose bytes and CPU time count as well. */
  readonly server?: ServerName;
}

/** The systems by their names on the command line. */
export const descriptions = {
  "tidecast-eager": { name: "Tidecast on TCP, `eager`" },
  "tidecast-default": { name: "Tidecast on TCP, `default`" },
  "tidecast-frugal": { name: "Tidecast on TCP, `frugal`" },
  "tidecast-nats-eager": { name: "Tidecast on NATS, `eager`", server: "nats" },
  "tidecast-nats": { name: "Tidecast on NATS, `default`", server: "nats" },
  gossipsub: { name: "`@libp2p/gossipsub` on TCP" },
  "plain-nats": { name: "plain NATS publish and subscribe", server: "nats" },
  redis: { name: "Redis publish and subscribe", server: "redis" },
} as const satisfies Record<string, SystemDescription>;

export type SystemName = keyof typeof descriptions;

/** @throws if there is no such system */
export function describe(system: string): SystemDescription {
  if (system in descriptions) return descriptions[system as SystemName];
  throw new Error(`unknown system "${system}"; the systems are ${Object.keys(descriptions).join(", ")}`);
}
