import type * as v from "valibot";
import { choice, type Field, wholeNumber } from "./fields.js";

/** Every option of a node that tunes the protocol, and that a preset may set therefore: its default, unit, range and effect. */
export const tunables = {
  window: wholeNumber({
    flag: "--window",
    unit: "ms",
    min: 50,
    max: 100,
    default: 100,
    effect:
      "how long a value waits for others that it can travel with; longer means fewer messages and more latency a hop",
  }),
  batchSize: wholeNumber({
    flag: "--batch-size",
    unit: "values",
    min: 1,
    max: 10_000,
    default: 64,
    effect: "how many waiting values end the window early",
  }),
  fanOut: wholeNumber({
    flag: "--fan-out",
    unit: "members",
    min: 2,
    max: 1_000,
    default: 32,
    effect: "the most children that a member has in the tree; more makes it flatter, and its root busier",
  }),
  tree: choice({
    flag: "--tree",
    placeholder: "source",
    words: ["members", "topology"],
    default: "members",
    effect: "what the tree is built of: the members in their order, or the neighbours that the topology names",
  }),
  antiEntropyInterval: wholeNumber({
    flag: "--anti-entropy",
    unit: "ms",
    min: 100,
    max: 60_000,
    default: 500,
    effect: "how often a random neighbour is asked whether something is missing; repairs loss and partitions",
  }),
} as const satisfies Record<string, Field<string> | Field<number>>;

/** What a preset may set. */
export type TunableSettings = {
  readonly [Name in keyof typeof tunables]: v.InferOutput<(typeof tunables)[Name]["schema"]>;
};
