/** The faults that the bench can inject; the values of `--nemesis`. */
export type FaultName = "partition" | "kill" | "pause" | "loss" | "duplicate" | "slow";

/** The values of `--nemesis`. */
export const FAULT_NAMES = ["partition", "kill", "pause", "loss", "duplicate", "slow"] as const;

/** How the time between two faults varies: uniformly in 0 … 2·interval as in Jepsen, or not at all. */
export type FaultGaps = "random" | "even";

/** The values of `--nemesis-gaps`. */
export const FAULT_GAPS = ["random", "even"] as const;

/** What the faults are like. Times in ms, rates between 0 and 1. */
export interface FaultSettings {
  readonly gaps: FaultGaps;
  /** Whom `kill` and `pause` strike: `root` (the first node), `random` (another one each time), or a node's id. */
  readonly victim: string;
  /** How long a killed node is down before it is started again. */
  readonly downtime: number;
  /** Whether a node that is started again gets `topology` after `init`. Maelstrom sends it `init` alone. */
  readonly topologyAfterRestart: boolean;
  /** How long a paused node stands still. */
  readonly pauseTime: number;
  /** The share of the messages between nodes that `loss` drops. */
  readonly lossRate: number;
  /** The share of the messages between nodes that `duplicate` delivers twice. */
  readonly duplicateRate: number;
  /** How much later than otherwise each message between nodes arrives under `slow`. */
  readonly addedLatency: number;
}

export const DEFAULT_FAULT_SETTINGS: FaultSettings = {
  gaps: "random",
  victim: "random",
  downtime: 1500,
  topologyAfterRestart: false,
  pauseTime: 2000,
  lossRate: 0.1,
  duplicateRate: 0.1,
  addedLatency: 500,
};
