import { setImmediate } from "node:timers/promises";
import type { PresetName } from "../../../src/application/settings/presets.js";
import { resolveSettings, type Settings } from "../../../src/application/settings/settings.js";
import type { RoundSchedule } from "../../../src/domain/messages.js";
import { DEFAULT_SETTINGS, numberedNodes } from "../../../src/workbench/model/settings.js";
import { runVirtualBench } from "../../../src/workbench/virtual-cluster/run-virtual-bench.js";
import { CROWDED_MACHINE } from "../../../src/workbench/virtual-cluster/shared-processor.js";

/** A cluster under load from the moment on that it knows its topology. Times in ms. */
interface Start {
  readonly preset: PresetName;
  /** Settings that differ from the preset's. */
  readonly settings?: Partial<Pick<Settings, "fanOut" | "median" | "max">>;
  readonly size: number;
  /** Number of runs, each with its own seed, from 1. */
  readonly seeds: number;
  /** Duration of the load; 3 s if absent. */
  readonly timeLimit?: number;
  /** Cores that the nodes share; one for 25 nodes if absent. */
  readonly cores?: number;
  /** Timers are late by up to this, on a machine that is quiet otherwise; a crowded machine if absent. */
  readonly lateness?: number;
}

/** Capacity of a core: more nodes that send everything to everyone are more work than it has time for. */
const NODES_PER_CORE = 25;

/** Runs a cluster's first seconds in virtual time: 100 operations a second, 100 ms a hop. */
export async function firstValues({ preset, settings, size, seeds, timeLimit = 3000, cores, lateness }: Start) {
  const maxima = new Map<number, number>();
  const guards: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    // Weakly referenced objects of a run are kept until the present job is over: a thousand runs in one would fill the memory.
    await setImmediate();
    const result = runVirtualBench({
      node: resolveSettings({ preset, ...settings }),
      settings: {
        ...DEFAULT_SETTINGS,
        nodeIds: numberedNodes(size),
        rate: 100,
        latency: 100,
        timeLimit,
        quiescence: 3000,
        seed,
      },
      limits: {},
      ...(lateness === undefined
        ? { processor: { ...CROWDED_MACHINE, cores: cores ?? Math.ceil(size / NODES_PER_CORE) } }
        : { clockFaults: { timerLateness: 0, hiccupProbability: 1, hiccup: lateness } }),
      listener: {
        messages: {
          workloadBegan: () => {},
          sent: (_at, { body }) => {
            const { round } = body as { round?: RoundSchedule };
            if (round?.guard !== undefined) guards.push(round.guard);
          },
          delivered: () => {},
          lost: () => {},
        },
      },
    });
    maxima.set(seed, result.latencies?.["1"] ?? Number.POSITIVE_INFINITY);
  }
  return {
    /** The longest latency of all, as the bench reads it. */
    worst: Math.max(...maxima.values()),
    /** The seeds that did not stay below a limit, with their longest latency. */
    broken: (limit: number) => [...maxima].filter(([, longest]) => longest >= limit),
    /** Each guard that a parent told its children, in order. */
    guards,
  };
}
