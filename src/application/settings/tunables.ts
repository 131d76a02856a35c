import type * as v from "valibot";
import { choice, countOr, type Field, wholeNumber } from "./fields.js";

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
  median: wholeNumber({
    flag: "--median",
    unit: "ms",
    min: 0,
    max: 600_000,
    default: 462,
    effect:
      "half of the values are to be everywhere within this time, from acceptance to storage on the last member; if only --max is given, there is no limit of its own for the median",
  }),
  max: wholeNumber({
    flag: "--max",
    unit: "ms",
    min: 0,
    max: 600_000,
    default: 700,
    effect:
      "every value is to be everywhere within this time; longer rounds and so fewer messages; if only --median is given, twice that",
  }),
  guard: countOr({
    flag: "--guard",
    placeholder: "ms",
    unit: "ms",
    words: ["auto"],
    min: 5,
    max: 1_000,
    default: "auto",
    effect:
      "how long before its parent's departure an upcast is to arrive; auto follows the lateness of timers and deliveries that the nodes observe, between 10 and 500 ms; a short guard makes upcasts miss their round, a long one costs latency at every hop",
  }),
  acknowledgementDelay: wholeNumber({
    flag: "--ack-delay",
    unit: "ms",
    min: 0,
    max: 10_000,
    default: 6_000,
    effect: "how long an acknowledgement between members waits for values to ride on, before it travels alone",
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
} as const satisfies Record<string, Field<string> | Field<number> | Field<"auto" | number>>;

/** What a preset may set. */
export type TunableSettings = {
  readonly [Name in keyof typeof tunables]: v.InferOutput<(typeof tunables)[Name]["schema"]>;
};
