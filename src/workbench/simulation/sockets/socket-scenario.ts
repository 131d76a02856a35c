import type { BudgetName } from "../../../library/node/types.js";
import type { ClockModel } from "../scenario.js";
import type { NetworkModel } from "./network/network-model.js";

/** Something that happens to one member, at a time in ms. Members are numbered. */
export interface LifeEvent {
  readonly at: number;
  readonly node: number;
  /**
   * `start`: a process starts and joins. `leave`: it is closed. `kill`: it ends, and its system closes its connections. `power`: its
   * host falls silent.
   */
  readonly what: "start" | "leave" | "kill" | "power";
  /** With `start`: number of the host of this member on which it starts; another one than before means that its address has moved. */
  readonly host?: number;
}

/** Kinds of faults, with a description of each. */
export const SOCKET_FAULTS = {
  partition: "these hosts and the others do not reach each other",
  cut: "nothing from the first host reaches the second",
  stall: "everything between two hosts, or one and all others, is held, and comes at the end",
  reset: "the connections between two hosts, or of one, are reset",
  "half-reset": "they are reset at one end, and the other end does not know",
  forget: "a device on the way forgets them, and drops what belongs to them",
  pause: "a process stands still, and its system goes on",
  slow: "a process reads slowly",
  names: "no name can be looked up",
} as const;

/** A fault from `from` to `until`, in ms. */
export interface SocketFault {
  readonly kind: keyof typeof SOCKET_FAULTS;
  readonly from: number;
  readonly until: number;
  /** The members that it concerns: a pair, one with all others, or one side. */
  readonly nodes: readonly number[];
}

/** A cluster of library nodes on TCP, with members that come and go, as plain data. */
export interface SocketScenario {
  readonly seed: number;
  /** Number of members that are ever there. */
  readonly nodes: number;
  readonly model: NetworkModel;
  readonly isSecure: boolean;
  /** Whether members advertise names, which are looked up, or IP addresses. */
  readonly hasNames: boolean;
  readonly hasJournals: boolean;
  readonly budget: BudgetName;
  /** Number of members that store a value before it is acknowledged. */
  readonly ack: 1 | 2;
  /** Bytes of a value's padding: from nothing to more than a window. */
  readonly padding: number;
  /** Most bytes queued for one member. */
  readonly maxQueuedBytes: number;
  /** The members that write lines of JSON. */
  readonly json: readonly number[];
  readonly clocks: readonly ClockModel[];
  /** Time by which the time of day of each member is ahead, in ms. */
  readonly daytimes: readonly number[];
  readonly events: readonly LifeEvent[];
  readonly faults: readonly SocketFault[];
  readonly values: readonly { readonly at: number; readonly node: number }[];
}

/** Time of the last event, in ms. */
export function endOfSockets({ events, faults, values }: SocketScenario): number {
  const times = [...events.map(({ at }) => at), ...faults.map(({ until }) => until), ...values.map(({ at }) => at)];
  return Math.max(0, ...times);
}

/** A scenario in words, one line per event. */
export function describeSockets(scenario: SocketScenario): string[] {
  const { nodes, model, isSecure, hasNames, hasJournals, budget, ack, events, faults, values } = scenario;
  const names = (list: readonly number[]) => list.map((node) => `n${node}`).join(" ");
  return [
    [
      `${nodes} members on TCP${isSecure ? " with TLS" : ""}, ${hasNames ? "with names" : "by IP address"}`,
      hasJournals ? "with journals" : "without journals",
      `budget ${budget}, ack ${ack}, ${values.length} values of ${scenario.padding} bytes`,
      `latency up to ${model.latency} ms, ${model.loss / 10} % of segments lost`,
      `segments up to ${model.segment} bytes, send buffer ${model.sendBuffer}, window ${model.window}`,
      `queues up to ${scenario.maxQueuedBytes} bytes`,
    ].join(", "),
    ...events.map(
      ({ at, node, what, host = 0 }) =>
        `${at / 1000} s: n${node} ${what}${what === "start" && host > 0 ? ` on its host ${host}` : ""}`,
    ),
    ...faults.map(
      ({ kind, from, until, nodes: concerned }) =>
        `${from / 1000}–${until / 1000} s: ${SOCKET_FAULTS[kind]} (${kind}${concerned.length > 0 ? `: ${names(concerned)}` : ""})`,
    ),
  ];
}
