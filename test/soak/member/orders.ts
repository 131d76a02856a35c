/** How a member starts: the JSON in its first argument. */
export interface MemberStart {
  readonly id: string;
  /** Folder of the journals, of all members. */
  readonly journals: string;
  readonly network: TcpPlace | NatsPlace;
  /** Bytes of a value, filled up behind its name and time. */
  readonly bytes: number;
  /** Whether it keeps every value that it delivers, so that the judge has a leak to notice. */
  readonly leaks: boolean;
}

interface TcpPlace {
  readonly transport: "tcp";
  readonly listen: string;
  readonly join: readonly string[];
  /** Paths of files in PEM. */
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
}

interface NatsPlace {
  readonly transport: "nats";
  readonly servers: string;
}

/** Message to a member. */
export type Order =
  | { readonly kind: "broadcast"; readonly name: string }
  /** Asks for a `Sample`. */
  | { readonly kind: "measure" }
  | { readonly kind: "close" };

/** Message from a member. */
export type Report =
  /** It has joined. @param names of the values that its journal brought back */
  | { readonly kind: "started"; readonly names: readonly string[] }
  | { readonly kind: "acknowledged"; readonly name: string }
  | { readonly kind: "refused"; readonly name: string; readonly reason: string }
  /** @param latency from the request at the member that took the value to its delivery here, in ms */
  | { readonly kind: "delivered"; readonly name: string; readonly latency: number }
  | { readonly kind: "missed"; readonly count: number }
  | { readonly kind: "measured"; readonly sample: Sample };

/** State of a process. */
export interface Sample {
  /** Heap after a full collection, in bytes, with the memory of buffers. */
  readonly heap: number;
  readonly residentSet: number;
  /** Open file descriptors. */
  readonly files: number;
  /** Active handles and requests of the event loop without timers. */
  readonly handles: number;
  readonly timers: number;
  /** The handles, requests and timers by their names in Node. */
  readonly resources: Readonly<Record<string, number>>;
  /** CPU time since the process began, in ms. */
  readonly cpu: number;
  /** Messages to other members since the process began. */
  readonly messages: number;
  /** Values that neighbours in the tree lack and that were not sent to them yet, and broadcasts that wait for room. */
  readonly backlog: number;
  /** Values that it keeps. */
  readonly values: number;
  /** Members that it knows, itself included, and that it does not suspect. */
  readonly alive: number;
}
