import type * as v from "valibot";
import { choice, countOr, type Field, text } from "./fields.js";

/** Options that decide when a value counts as stored and is acknowledged. No preset sets them. */
export const durability = {
  dataDir: text({
    flag: "--data-dir",
    placeholder: "folder",
    allowed: "a folder; it is created if missing",
    effect:
      "stores the node's values on disk, in a subfolder per node; the node acknowledges a value only once it is stored, and after a restart it knows every value that it acknowledged; without this option a restarted node gets its values back only from other members",
  }),
  fsync: choice({
    flag: "--fsync",
    placeholder: "when",
    words: ["always", "never"],
    default: "always",
    effect:
      "when a value counts as stored: always means on the disk itself, which survives a power cut; never means handed to the operating system, which survives only a kill",
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
      "number of nodes that must have stored a value before it is acknowledged, this node included; local means 1, all means every node; if too few have confirmed it within 3.5 s, the client gets error 0, and the value still spreads",
  }),
} as const satisfies Record<string, Field<string> | Field<string | number>>;

/** The durability options with their values. */
export type DurabilitySettings = {
  readonly [Name in keyof typeof durability]: v.InferOutput<(typeof durability)[Name]["schema"]>;
};
