/** The figures of one cluster in virtual time. Times are in ms, rates per second of virtual time. */
export interface ScaleRun {
  readonly preset: "frugal" | "default";
  readonly members: number;
  /** Hops from the root to the deepest member. */
  readonly height: number;
  /** Time from one round to the next; null if values are sent at once. */
  readonly period: number | null;
  readonly messagesPerOperation: number;
  /** The same by arithmetic. */
  readonly expectedMessages: number;
  /** From the arrival of a value at the first node until the last node has it. */
  readonly latency: { readonly median: number; readonly max: number };
  readonly expectedLatency: { readonly median: number; readonly max: number };
  /** Bytes of the compact wire per operation. */
  readonly bytesPerOperation: number;
  /** Messages per second that the node sends and receives. */
  readonly load: { readonly root: number; readonly busiestOther: number; readonly mean: number };
  /** Of the process that simulates all nodes and the network. */
  readonly cpuSeconds: number;
  readonly megabytes: number;
  /** Virtual time of the run, in s. */
  readonly seconds: number;
  /** Values that were lost, and those that did not reach every node in time to be counted. */
  readonly lost: number;
  readonly incomplete: number;
  readonly node: string;
}
