import type { StartMember } from "../member.ts";

// Each process loads what it runs, and nothing else.
const onTcp =
  (budget: "default" | "eager" | "frugal"): StartMember =>
  async (...given) =>
    (await import("./tidecast.ts")).tidecastOnTcp(budget)(...given);
const onNats: StartMember = async (...given) => (await import("./tidecast.ts")).tidecastOnNats("default")(...given);
const gossipsub: StartMember = async (...given) => (await import("./gossipsub.ts")).libp2pGossipsub(...given);
const plainNats: StartMember = async (...given) => (await import("./plain-nats.ts")).plainNats(...given);

/** What is compared. */
export interface System {
  /** How the table calls it. */
  readonly name: string;
  readonly start: StartMember;
  /** Does it go through the NATS server? Then what that one sends and uses counts as well. */
  readonly usesNats: boolean;
}

/** By their names on the command line. */
export const systems: Readonly<Record<string, System>> = {
  "tidecast-eager": { name: "Tidecast on TCP, `eager`", start: onTcp("eager"), usesNats: false },
  "tidecast-default": { name: "Tidecast on TCP, `default`", start: onTcp("default"), usesNats: false },
  "tidecast-frugal": { name: "Tidecast on TCP, `frugal`", start: onTcp("frugal"), usesNats: false },
  "tidecast-nats": { name: "Tidecast on NATS, `default`", start: onNats, usesNats: true },
  gossipsub: { name: "`@libp2p/gossipsub` on TCP", start: gossipsub, usesNats: false },
  "plain-nats": { name: "plain NATS publish and subscribe", start: plainNats, usesNats: true },
};
