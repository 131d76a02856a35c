import type { StartMember } from "../member.ts";
import { libp2pGossipsub } from "./gossipsub.ts";
import { plainNats } from "./plain-nats.ts";
import { tidecastOnNats, tidecastOnTcp } from "./tidecast.ts";

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
  "tidecast-eager": { name: "Tidecast on TCP, `eager`", start: tidecastOnTcp("eager"), usesNats: false },
  "tidecast-default": { name: "Tidecast on TCP, `default`", start: tidecastOnTcp("default"), usesNats: false },
  "tidecast-frugal": { name: "Tidecast on TCP, `frugal`", start: tidecastOnTcp("frugal"), usesNats: false },
  "tidecast-nats": { name: "Tidecast on NATS, `default`", start: tidecastOnNats("default"), usesNats: true },
  gossipsub: { name: "`@libp2p/gossipsub` on TCP", start: libp2pGossipsub, usesNats: false },
  "plain-nats": { name: "plain NATS publish and subscribe", start: plainNats, usesNats: true },
};
