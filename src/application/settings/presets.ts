import type { ProtocolSettings } from "./protocol-settings.js";
import type { TunableSettings } from "./tunables.js";

/** A name for settings that go together. */
export interface Preset {
  /** Its purpose, in one sentence. */
  readonly description: string;
  /** How values travel: in the proposal's windows, in rounds that keep a latency budget, or at once. */
  readonly mode: ProtocolSettings["mode"];
  /** Its settings. An explicit option overrides them; any other setting has its default. */
  readonly settings: Partial<TunableSettings>;
}

/** Every preset by name. */
export const presets = {
  default: {
    description: "aligned rounds that meet challenges 3a to 3e with one setting",
    mode: "rounds",
    settings: { median: 462, max: 655 },
  },
  frugal: {
    description: "aligned rounds for challenge 3e: fewest messages with a median of 1 s and a maximum of 2 s",
    mode: "rounds",
    settings: { median: 1_110, max: 2_000 },
  },
  eager: {
    description: "lowest latency: every value is sent to every member at once, over one hop",
    mode: "eager",
    settings: { acknowledgementDelay: 4_000 },
  },
  proposal: {
    description:
      "baseline for comparisons: fixed windows on a tree, an acknowledgement for every message, anti-entropy every 500 ms",
    mode: "window",
    settings: { window: 100, batchSize: 64, antiEntropyInterval: 500 },
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
