/** The quality of a simulated network and of its machines' systems, as plain data. Times in ms, sizes in bytes. */
export interface NetworkModel {
  /** Longest travel time of a segment in one direction; each takes between half of it and all of it, but none overtakes another. */
  readonly latency: number;
  /** Share of the segments that are lost and sent again, in thousandths. */
  readonly loss: number;
  /** Largest segment: writes are cut into pieces of any size up to this one. */
  readonly segment: number;
  /** Bytes of one direction of a connection that the sender's system holds. */
  readonly sendBuffer: number;
  /** Bytes of one direction that may be under way, or wait for the receiving process. */
  readonly window: number;
  /** How long a system sends unacknowledged bytes again before it gives the connection up. */
  readonly giveUp: number;
}

/** A fast and faultless network. */
export const GOOD_NETWORK: NetworkModel = {
  latency: 1,
  loss: 0,
  segment: 2 ** 16,
  sendBuffer: 2 ** 18,
  window: 2 ** 18,
  giveUp: 900_000,
};
