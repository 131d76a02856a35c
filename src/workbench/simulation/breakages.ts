import type { PeerMessage } from "../../domain/messages.js";
import type { BroadcastNode } from "../../domain/ports/broadcast-node.js";
import type { JsonValue } from "../../domain/values/json-value.js";

/** A fault that is built into every node on purpose, to see how the simulator finds and reports it. */
interface Breakage {
  readonly description: string;
  /** How often a message leaves; once if absent. */
  readonly copies?: (body: PeerMessage) => number;
  /** What a read shows. */
  readonly values?: (values: readonly JsonValue[]) => readonly JsonValue[];
  /** Whether a broadcast is acknowledged before its write concern is met. */
  readonly isHasty?: boolean;
}

const REPAIRS: ReadonlySet<PeerMessage["type"]> = new Set(["digest", "summary", "holdings"]);

/** Faults by name. */
export const BREAKAGES = {
  "no-repairs": {
    description: "no node sends again what was lost, and none compares with another one",
    copies: (body) => (REPAIRS.has(body.type) || (body.type === "gossip" && body.ask === true) ? 0 : 1),
  },
  "hasty-answers": {
    description: "a broadcast is acknowledged at once, whatever --ack says",
    isHasty: true,
  },
  "double-reads": {
    description: "once a node has three values, a read shows the first one twice",
    values: (values) =>
      values.length < 3 ? values : [...values.slice(0, 3), values[0] as JsonValue, ...values.slice(3)],
  },
  chatty: {
    description: "every message is sent fifty times",
    copies: () => 50,
  },
} as const satisfies Record<string, Breakage>;

export type BreakageName = keyof typeof BREAKAGES;

/** The faults in words, for the help of a command. */
export function describeBreakages(): string {
  return Object.entries(BREAKAGES)
    .map(([name, { description }]) => `${name} (${description})`)
    .join("; ");
}

/** How often a node with the fault sends a message. */
export function copiesOf(name: BreakageName | undefined, body: object): number {
  const breakage: Breakage | undefined = name && BREAKAGES[name];
  return breakage?.copies?.(body as PeerMessage) ?? 1;
}

/** A node with the fault. */
export function brokenNode(node: BroadcastNode, name: BreakageName | undefined): BroadcastNode {
  const breakage: Breakage | undefined = name && BREAKAGES[name];
  if (breakage === undefined) return node;
  const { values, isHasty } = breakage;
  const changed: Partial<BroadcastNode> = {
    ...(values && { values: () => values(node.values()) }),
    ...(isHasty && {
      broadcast: (value, answer, concern) => {
        answer();
        node.broadcast(value, () => {}, concern);
      },
    }),
  };
  return new Proxy(node, {
    get: (target, key) => {
      const own = changed[key as keyof BroadcastNode] ?? target[key as keyof BroadcastNode];
      return typeof own === "function" && own === target[key as keyof BroadcastNode] ? own.bind(target) : own;
    },
  });
}
