import type { TunableSettings } from "./tunables.js";

/** A name for settings that go together. */
export interface Preset {
  /** What it is for, in one sentence. */
  readonly description: string;
  /** What it sets; an option given besides it wins, and what neither says has its default. */
  readonly settings: Partial<TunableSettings>;
}

/** Every preset by name. */
export const presets = {
  proposal: {
    description:
      "fixed windows on a tree, an acknowledgement for every gossip, anti-entropy every 500 ms: the baseline",
    settings: { window: 100, batchSize: 64, antiEntropyInterval: 500 },
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
