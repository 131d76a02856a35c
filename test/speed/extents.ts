import type { Extent } from "./accepting.js";
import type { PeersExtent } from "./peers.js";
import type { RetentionExtent } from "./retention.js";
import type { SystemsExtent } from "./systems.js";

/** The sizes of all measurements. */
export interface Extents {
  readonly accept: Extent;
  /** How long each small piece is measured, in ms. */
  readonly pieceTime: number;
  readonly peers: PeersExtent;
  readonly wire: SystemsExtent;
  readonly systems: SystemsExtent;
  readonly retention: RetentionExtent;
  readonly backlog: RetentionExtent;
}

/** Everything. */
export const WHOLE: Extents = {
  accept: { lines: 100_000, members: [25, 1000], rounds: 3 },
  pieceTime: 1000,
  peers: { heap: [100, 1000], sweep: [100, 1000], rounds: 1 },
  wire: {
    loads: [{ members: 25, burst: 0, rate: 20, duration: 20_000 }],
    systems: ["tidecast-eager", "tidecast-default", "tidecast-nats"],
    rounds: 1,
  },
  systems: {
    loads: [
      { members: 3, burst: 100_000, rate: 1000, duration: 5000 },
      { members: 25, burst: 5000, rate: 50, duration: 5000 },
    ],
    systems: [
      "tidecast-eager",
      "tidecast-default",
      "tidecast-frugal",
      "tidecast-nats-eager",
      "tidecast-nats",
      "gossipsub",
      "redis",
    ],
    rounds: 3,
  },
  retention: { values: 1_000_000, retained: 10_000 },
  backlog: { values: 1_000_000, retained: 100 },
};

/** What CI runs. */
export const SLICE: Extents = {
  accept: { lines: 20_000, members: [25], rounds: 3 },
  pieceTime: 300,
  peers: { heap: [100, 1000], sweep: [25, 100], rounds: 1 },
  wire: WHOLE.wire,
  systems: {
    loads: [{ members: 3, burst: 20_000, rate: 200, duration: 2000 }],
    systems: ["tidecast-eager"],
    rounds: 3,
  },
  retention: WHOLE.retention,
  backlog: WHOLE.backlog,
};

/** The parts that CI runs: the other ones take too long. */
export const SLICE_PARTS = ["accept", "pieces", "peers", "systems"];
