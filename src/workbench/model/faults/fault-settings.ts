/** The faults that the bench can inject; the values of `--nemesis`. */
export type FaultName = "partition" | "kill" | "pause" | "loss" | "duplicate" | "slow";

/** The values of `--nemesis`. */
export const FAULT_NAMES = ["partition", "kill", "pause", "loss", "duplicate", "slow"] as const;

/** Variation of the gap between two faults: uniform in 0 … 2·interval as in Jepsen, or constant. */
export type FaultGaps = "random" | "even";

/** The values of `--nemesis-gaps`. */
export const FAULT_GAPS = ["random", "even"] as const;

/** Parameters of the faults. Times in ms, rates between 0 and 1. */
export interface FaultSettings {
  readonly gaps: FaultGaps;
  /** Victim of `kill` and `pause`: `root` (the first node), `random` (a new one each time), or a node's id. */
  readonly victim: string;
  /** Time until a killed node is restarted. */
  readonly downtime: number;
  /** Whether a restarted node gets `topology` after `init`. Maelstrom sends only `init`. */
  readonly topologyAfterRestart: boolean;
  /** Duration of a pause. */
  readonly pauseTime: number;
  /** Share of the messages between nodes that `loss` drops. */
  readonly lossRate: number;
  /** Share of the messages between nodes that `duplicate` delivers twice. */
  readonly duplicateRate: number;
  /** Delay that `slow` adds to each message between nodes. */
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
