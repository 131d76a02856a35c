/** Parameters of the protocol. Times in ms. */
export interface ProtocolSettings {
  /** How values travel: `window` is the proposal's way, `rounds` keeps a latency budget, `eager` sends at once. */
  readonly mode: "window" | "rounds" | "eager";
  /** Source of the spanning tree: a balanced tree over the members, or the given topology. */
  readonly tree: "members" | "topology";
  /** The most children that a member of a balanced tree has. */
  readonly fanOut: number;
  /** Length of a window (mode `window`). */
  readonly window: number;
  /** Number of values that end a window early (mode `window`). */
  readonly batchSize: number;
  /** Interval of anti-entropy; outside mode `window` the shortest one, used after faults. */
  readonly antiEntropyInterval: number;
  /** Target time until half of the values are on every member (mode `rounds`). */
  readonly median: number;
  /** Target time until every value is on every member (mode `rounds`). */
  readonly max: number;
  /** Margin between the arrival of an upcast and its parent's departure (mode `rounds`); `auto` follows the observed lateness. */
  readonly guard: number | "auto";
  /** Time that an acknowledgement waits for gossip to travel with (not in mode `window`). */
  readonly acknowledgementDelay: number;
}
