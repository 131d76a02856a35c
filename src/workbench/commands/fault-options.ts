import type { Command } from "commander";
import {
  DEFAULT_FAULT_SETTINGS,
  FAULT_GAPS,
  FAULT_NAMES,
  type FaultGaps,
  type FaultName,
  type FaultSettings,
} from "../model/faults/fault-settings.js";
import { DEFAULT_SETTINGS } from "../model/settings.js";
import { UsageError } from "./exit-codes.js";
import { listOf, numberBetween, oneOf } from "./option-values.js";
import { DAY_IN_SECONDS, inMilliseconds, SECOND } from "./seconds.js";

/** The options that say what goes wrong; what is absent was not given. */
export interface FaultOptions {
  readonly nemesis?: readonly FaultName[];
  /** Seconds. */
  readonly nemesisInterval?: number;
  readonly nemesisGaps?: FaultGaps;
  readonly victim?: string;
  /** Seconds. */
  readonly downtime?: number;
  readonly topologyAfterRestart?: boolean;
  /** Seconds. */
  readonly pauseTime?: number;
  /** Between 0 and 1. */
  readonly loss?: number;
  /** Between 0 and 1. */
  readonly duplicate?: number;
  /** Added ms. */
  readonly slow?: number;
}

/** The faults that each option is about: without one of them it would say nothing. */
const SUBJECTS: readonly (readonly [option: string, key: keyof FaultOptions, faults: readonly FaultName[]])[] = [
  ["--nemesis-interval", "nemesisInterval", FAULT_NAMES],
  ["--nemesis-gaps", "nemesisGaps", FAULT_NAMES],
  ["--victim", "victim", ["kill", "pause"]],
  ["--downtime", "downtime", ["kill"]],
  ["--topology-after-restart", "topologyAfterRestart", ["kill"]],
  ["--pause-time", "pauseTime", ["pause"]],
  ["--loss", "loss", ["loss"]],
  ["--duplicate", "duplicate", ["duplicate"]],
  ["--slow", "slow", ["slow"]],
];

/** Adds the options that say what goes wrong. */
export function addFaultOptions(command: Command): Command {
  const { gaps, victim, downtime, pauseTime, lossRate, duplicateRate, addedLatency } = DEFAULT_FAULT_SETTINGS;
  const share = numberBetween(0, 1, { exclusive: true });
  const interval = DEFAULT_SETTINGS.faultInterval / SECOND;
  return command
    .option(
      "--nemesis <faults>",
      `faults to inject, with commas between them: ${FAULT_NAMES.join(", ")} (default: none)`,
      listOf(FAULT_NAMES),
    )
    .option(
      "--nemesis-interval <s>",
      `mean seconds between faults (default: ${interval})`,
      numberBetween(0, DAY_IN_SECONDS, { exclusive: true }),
    )
    .option(
      "--nemesis-gaps <how>",
      `how these seconds vary, ${FAULT_GAPS.join(" or ")}: from none to twice the mean, or not at all (default: ${gaps})`,
      oneOf(FAULT_GAPS),
    )
    .option(
      "--victim <node>",
      `whom kill and pause strike: root (the first node), random, or a node's id (default: ${victim})`,
    )
    .option(
      "--downtime <s>",
      `seconds after which a killed node is started again (default: ${downtime / SECOND})`,
      numberBetween(0, DAY_IN_SECONDS),
    )
    .option(
      "--topology-after-restart",
      "send a node that is started again topology after init; Maelstrom sends it init alone",
    )
    .option(
      "--pause-time <s>",
      `seconds that a paused node stands still (default: ${pauseTime / SECOND})`,
      numberBetween(0, DAY_IN_SECONDS, { exclusive: true }),
    )
    .option("--loss <share>", `share of messages that the fault loss drops, 0 to 1 (default: ${lossRate})`, share)
    .option(
      "--duplicate <share>",
      `share of messages that the fault duplicate delivers twice, 0 to 1 (default: ${duplicateRate})`,
      share,
    )
    .option(
      "--slow <ms>",
      `what the fault slow adds to the latency of each message, in ms (default: ${addedLatency})`,
      numberBetween(0, 3_600_000, { exclusive: true }),
    );
}

/** When faults come, and what they are like, by the options. */
export interface FaultChoice {
  readonly faults: readonly FaultName[];
  /** Mean, in ms. */
  readonly faultInterval: number;
  readonly faultSettings: FaultSettings;
}

/**
 * What goes wrong, by the options: those given, else those of `base`.
 * @throws {UsageError} if an option is about a fault that is not injected, or the victim is not one of the nodes
 */
export function faultsOf(options: FaultOptions, base: FaultChoice, nodeIds: readonly string[]): FaultChoice {
  const faults = options.nemesis ?? base.faults;
  for (const [option, key, subjects] of SUBJECTS) {
    if (options[key] === undefined || faults.some((fault) => subjects.includes(fault))) continue;
    throw new UsageError(`${option} changes nothing: inject the fault too, with --nemesis ${subjects.join(" or ")}`);
  }
  if (options.victim !== undefined) checkVictim(options.victim, nodeIds);
  const otherwise = base.faultSettings;
  return {
    faults,
    faultInterval: inMilliseconds(options.nemesisInterval) ?? base.faultInterval,
    faultSettings: {
      ...otherwise,
      gaps: options.nemesisGaps ?? otherwise.gaps,
      victim: options.victim ?? otherwise.victim,
      downtime: inMilliseconds(options.downtime) ?? otherwise.downtime,
      topologyAfterRestart: options.topologyAfterRestart ?? otherwise.topologyAfterRestart,
      pauseTime: inMilliseconds(options.pauseTime) ?? otherwise.pauseTime,
      lossRate: options.loss ?? otherwise.lossRate,
      duplicateRate: options.duplicate ?? otherwise.duplicateRate,
      addedLatency: options.slow ?? otherwise.addedLatency,
    },
  };
}

function checkVictim(victim: string, nodeIds: readonly string[]): void {
  if (victim === "root" || victim === "random" || nodeIds.includes(victim)) return;
  const nodes = nodeIds.length === 1 ? nodeIds[0] : `one of ${nodeIds[0]} … ${nodeIds.at(-1)}`;
  throw new UsageError(`--victim: there is no node ${victim}; it must be root, random, or ${nodes}`);
}
