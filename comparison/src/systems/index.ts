import type { StartMember } from "../member.ts";
import { descriptions, type SystemName } from "./descriptions.ts";

type Budget = "default" | "eager" | "frugal";

// Each process loads what it runs, and nothing else.
const onTcp =
  (budget: Budget): StartMember =>
  async (...given) =>
    (await import("./tidecast.ts")).tidecastOnTcp(budget)(...given);
const onNats =
  (budget: Budget): StartMember =>
  async (...given) =>
    (await import("./tidecast.ts")).tidecastOnNats(budget)(...given);
const gossipsub: StartMember = async (...given) => (await import("./gossipsub.ts")).libp2pGossipsub(...given);
const plainNats: StartMember = async (...given) => (await import("./plain-nats.ts")).plainNats(...given);
const redis: StartMember = async (...given) => (await import("./redis.ts")).redisPubSub(...given);

const starts: Readonly<Record<SystemName, StartMember>> = {
  "tidecast-eager": onTcp("eager"),
  "tidecast-default": onTcp("default"),
  "tidecast-frugal": onTcp("frugal"),
  "tidecast-nats-eager": onNats("eager"),
  "tidecast-nats": onNats("default"),
  gossipsub,
  "plain-nats": plainNats,
  redis,
};

/** @throws if there is no such system */
export function starterOf(name: string): StartMember {
  if (!(name in descriptions))
    throw new Error(`unknown system "${name}"; the systems are ${Object.keys(starts).join(", ")}`);
  return starts[name as SystemName];
}
