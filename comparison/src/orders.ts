import type { Surroundings } from "./member.ts";

/** What the controller tells a member's process. */
export type Order =
  | { readonly type: "start"; readonly system: string; readonly surroundings: Surroundings }
  | { readonly type: "connect"; readonly addresses: readonly string[] }
  | { readonly type: "broadcast"; readonly id: number }
  | { readonly type: "cut" }
  | { readonly type: "restore" }
  /** Asks for a report, and begins a new one. */
  | { readonly type: "report" };

/** What came in, and what it cost, since the report before. */
export interface Report {
  /** The id of each value that was delivered, and how long after its broadcast, in ms; each value once. */
  readonly deliveries: readonly (readonly [id: number, latency: number])[];
  /** Messages of other nodes that arrived. */
  readonly messages: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Seconds of a processor, user and system. */
  readonly cpu: number;
}

/** What a member's process answers. */
export type Answer =
  | { readonly type: "started"; readonly address: string }
  | { readonly type: "connected" }
  | { readonly type: "report"; readonly report: Report };
