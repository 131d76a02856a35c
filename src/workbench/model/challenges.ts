import type { BenchSettings, Limits } from "./settings.js";
import { DEFAULT_SETTINGS, numberedNodes } from "./settings.js";

/** The broadcast challenges of fly.io's "Gossip Glomers", by their names there. */
export type ChallengeName = "3a" | "3b" | "3c" | "3d" | "3e";

/** The values of `--challenge`. */
export const CHALLENGE_NAMES = ["3a", "3b", "3c", "3d", "3e"] as const;

/** A standard run with its limits. */
export interface Challenge {
  readonly settings: BenchSettings;
  readonly limits: Limits;
}

const small: BenchSettings = { ...DEFAULT_SETTINGS, timeLimit: 20_000, rate: 10, latency: 0 };
const large: BenchSettings = { ...small, nodeIds: numberedNodes(25), rate: 100, latency: 100 };

/** Settings and limits of each challenge. Source of the limits: https://fly.io/dist-sys/3d/ and /3e/. */
export const CHALLENGES: Readonly<Record<ChallengeName, Challenge>> = {
  "3a": { settings: { ...small, nodeIds: numberedNodes(1) }, limits: {} },
  "3b": { settings: { ...small, nodeIds: numberedNodes(5) }, limits: {} },
  "3c": { settings: { ...small, nodeIds: numberedNodes(5), faults: ["partition"] }, limits: {} },
  "3d": { settings: large, limits: { messagesPerOperation: 30, medianLatency: 400, maxLatency: 600 } },
  "3e": { settings: large, limits: { messagesPerOperation: 20, medianLatency: 1000, maxLatency: 2000 } },
};
