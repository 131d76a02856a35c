/** What the protocol can be told. Times in ms. */
export interface ProtocolSettings {
  /** How values travel: `window` is the proposal's way, `rounds` keeps a latency budget, `eager` sends at once. */
  readonly mode: "window" | "rounds" | "eager";
  /** How the spanning tree comes about: balanced over the members, or out of the topology given. */
  readonly tree: "members" | "topology";
  /** The most children that a member of a balanced tree has. */
  readonly fanOut: number;
  /** Length of a window (mode `window`). */
  readonly window: number;
  /** Values that make a batch leave before its window ends (mode `window`). */
  readonly batchSize: number;
  /** Interval of anti-entropy; outside mode `window` the shortest one, used when something is wrong. */
  readonly antiEntropyInterval: number;
  /** Half of the values should be everywhere within this time (mode `rounds`). */
  readonly median: number;
  /** Every value should be everywhere within this time (mode `rounds`). */
  readonly max: number;
  /** How long before its parent's departure an upcast should arrive (mode `rounds`); `auto`: as late as timers and deliveries are. */
  readonly guard: number | "auto";
  /** How long an acknowledgement waits for gossip to ride on (not in mode `window`). */
  readonly acknowledgementDelay: number;
}
