import type { Surroundings } from "./member.ts";

/** Values of one member, with the ids from `first` on. */
export interface Series {
  readonly first: number;
  readonly count: number;
  /** Length of each value in characters, of one byte each. */
  readonly length: number;
}

/** An order of the controller to a member's process. */
export type Order =
  | { readonly type: "start"; readonly system: string; readonly surroundings: Surroundings }
  | { readonly type: "connect"; readonly addresses: readonly string[] }
  | { readonly type: "broadcast"; readonly id: number; readonly length: number }
  /** Broadcasts the values at once. */
  | ({ readonly type: "burst" } & Series)
  /** Broadcasts the values one by one, `gap` ms apart, the first after `delay` ms. */
  | ({ readonly type: "steady"; readonly gap: number; readonly delay: number } & Series)
  /** Asks for an answer once the process has `count` values since the last report, or none has come for `patience` ms. */
  | { readonly type: "expect"; readonly count: number; readonly patience: number }
  | { readonly type: "cut" }
  | { readonly type: "restore" }
  /** Asks for a report, and begins a new one. @param withDeliveries whether it lists every delivery */
  | { readonly type: "report"; readonly withDeliveries: boolean };

/** The deliveries of a member, and their cost, since its last report. */
export interface Report {
  /** The id of each delivered value and its latency in ms; each value once. Empty if nobody asked for them. */
  readonly deliveries: readonly (readonly [id: number, latency: number])[];
  /** Messages that arrived from other nodes. */
  readonly messages: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** CPU time in seconds, user and system. */
  readonly cpu: number;
}

/** A member's view of a burst. Times are in ms on the machine's monotonic clock, which all processes share. */
export interface Progress {
  /** Values that it has, its own included. */
  readonly count: number;
  /** When it got the last one. */
  readonly lastAt: number;
  /** When it began its own burst, if it had one. */
  readonly begunAt?: number;
}

/** An answer of a member's process. */
export type Answer =
  | { readonly type: "started"; readonly address: string }
  | { readonly type: "connected" }
  | ({ readonly type: "expected" } & Progress)
  | { readonly type: "report"; readonly report: Report };
