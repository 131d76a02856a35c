import type * as v from "valibot";
import { choice, countOr, type Field, text } from "./fields.js";

/** Options for when a value counts as safe, and is acknowledged. No preset touches them. */
export const durability = {
  dataDir: text({
    flag: "--data-dir",
    placeholder: "folder",
    allowed: "a folder, which is made if it is not there",
    effect:
      "where the node writes down its values, in a folder of its own inside: it acknowledges a value only once it is there, and a node that is killed knows after its restart all that it has acknowledged; without it a restarted node knows nothing but what its neighbours tell it",
  }),
  fsync: choice({
    flag: "--fsync",
    placeholder: "when",
    words: ["always", "never"],
    default: "always",
    effect:
      "when what is written counts as safe: on the medium, which survives a power cut, or with the operating system, which survives a kill alone",
  }),
  ack: countOr({
    flag: "--ack",
    placeholder: "nodes",
    unit: "nodes",
    words: ["local", "all"],
    min: 1,
    max: 1_000,
    default: "local",
    effect:
      "how many nodes must have a value before it is acknowledged, this one included: local is 1, all is every node there is; if they are not known to have it within 3.5 s, the broadcast is answered with error 0, and the value still spreads",
  }),
} as const satisfies Record<string, Field<string> | Field<string | number>>;

/** What a user may say about durability. */
export type DurabilitySettings = {
  readonly [Name in keyof typeof durability]: v.InferOutput<(typeof durability)[Name]["schema"]>;
};
