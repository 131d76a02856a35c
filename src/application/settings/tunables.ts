import type * as v from "valibot";
import { choice, countOr, type Field, wholeNumber } from "./fields.js";

/** The options that tune the protocol, with default, unit, range and effect. A preset may set them. */
export const tunables = {
  window: wholeNumber({
    flag: "--window",
    unit: "ms",
    min: 50,
    max: 100,
    default: 100,
    effect:
      "time that a value waits for others to share its message (preset proposal only); longer means fewer messages and more latency per hop",
  }),
  batchSize: wholeNumber({
    flag: "--batch-size",
    unit: "values",
    min: 1,
    max: 10_000,
    default: 64,
    effect: "number of waiting values that ends a window early",
  }),
  median: wholeNumber({
    flag: "--median",
    unit: "ms",
    min: 0,
    max: 600_000,
    default: 462,
    effect:
      "target latency for half of the values, from acceptance to storage on the last member; smaller values mean shorter rounds and more messages; if only --max is given, the median has no separate limit",
  }),
  max: wholeNumber({
    flag: "--max",
    unit: "ms",
    min: 0,
    max: 600_000,
    default: 700,
    effect:
      "target latency of the slowest value; larger values mean longer rounds and fewer messages; if only --median is given, twice the median",
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
      "safety margin: an upcast should arrive this long before its parent sends its own message of the round; auto follows the lateness that the nodes observe, between 10 and 500 ms; a short guard makes upcasts miss their round, a long one adds latency at every hop",
  }),
  acknowledgementDelay: wholeNumber({
    flag: "--ack-delay",
    unit: "ms",
    min: 0,
    max: 10_000,
    default: 6_000,
    effect: "time that an acknowledgement between members waits for values to travel with, before it is sent alone",
  }),
  fanOut: wholeNumber({
    flag: "--fan-out",
    unit: "members",
    min: 2,
    max: 1_000,
    default: 32,
    effect:
      "maximum number of children per member in the tree; more children make the tree flatter and its root busier",
  }),
  tree: choice({
    flag: "--tree",
    placeholder: "source",
    words: ["members", "topology"],
    default: "members",
    effect: "source of the tree: the members in their order, or the neighbours in the topology",
  }),
  antiEntropyInterval: wholeNumber({
    flag: "--anti-entropy",
    unit: "ms",
    min: 100,
    max: 60_000,
    default: 500,
    effect:
      "interval at which the node compares values with a random member, to repair loss and partitions; outside preset proposal the shortest interval, used after faults",
  }),
} as const satisfies Record<string, Field<string> | Field<number> | Field<"auto" | number>>;

/** The settings that a preset may contain. */
export type TunableSettings = {
  readonly [Name in keyof typeof tunables]: v.InferOutput<(typeof tunables)[Name]["schema"]>;
};
