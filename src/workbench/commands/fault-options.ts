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

/** The fault options on the command line; an option that was not given is absent. */
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

/** The faults that each option belongs to. Without one of them the option has no effect. */
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

/** Adds the fault options. */
export function addFaultOptions(command: Command): Command {
  const { gaps, victim, downtime, pauseTime, lossRate, duplicateRate, addedLatency } = DEFAULT_FAULT_SETTINGS;
  const share = numberBetween(0, 1, { exclusive: true });
  const interval = DEFAULT_SETTINGS.faultInterval / SECOND;
  return command
    .option(
      "--nemesis <faults>",
      `faults to inject, separated by commas: ${FAULT_NAMES.join(", ")} (default: none)`,
      listOf(FAULT_NAMES),
    )
    .option(
      "--nemesis-interval <s>",
      `mean time between faults, in seconds (default: ${interval})`,
      numberBetween(0, DAY_IN_SECONDS, { exclusive: true }),
    )
    .option(
      "--nemesis-gaps <how>",
      `gaps between faults: random (from zero to twice the mean) or even (always the mean) (default: ${gaps})`,
      oneOf(FAULT_GAPS),
    )
    .option(
      "--victim <node>",
      `node that kill and pause strike: root (the first node), random, or a node's id (default: ${victim})`,
    )
    .option(
      "--downtime <s>",
      `seconds until a killed node is restarted (default: ${downtime / SECOND})`,
      numberBetween(0, DAY_IN_SECONDS),
    )
    .option("--topology-after-restart", "also send topology to a restarted node; Maelstrom sends only init")
    .option(
      "--pause-time <s>",
      `seconds that a node is paused (default: ${pauseTime / SECOND})`,
      numberBetween(0, DAY_IN_SECONDS, { exclusive: true }),
    )
    .option("--loss <share>", `share of messages dropped by the fault loss, 0 to 1 (default: ${lossRate})`, share)
    .option(
      "--duplicate <share>",
      `share of messages delivered twice by the fault duplicate, 0 to 1 (default: ${duplicateRate})`,
      share,
    )
    .option(
      "--slow <ms>",
      `latency that the fault slow adds to each message, in ms (default: ${addedLatency})`,
      numberBetween(0, 3_600_000, { exclusive: true }),
    );
}

/** When faults occur, and how they look. */
export interface FaultChoice {
  readonly faults: readonly FaultName[];
  /** Mean, in ms. */
  readonly faultInterval: number;
  readonly faultSettings: FaultSettings;
}

/**
 * Combines the fault options that were given with those of `base`.
 * @throws {UsageError} if an option belongs to a fault that is not injected, or the victim is not one of the nodes
 */
export function faultsOf(options: FaultOptions, base: FaultChoice, nodeIds: readonly string[]): FaultChoice {
  const faults = options.nemesis ?? base.faults;
  for (const [option, key, subjects] of SUBJECTS) {
    if (options[key] === undefined || faults.some((fault) => subjects.includes(fault))) continue;
    throw new UsageError(`${option} has no effect without the fault: add --nemesis ${subjects.join(" or ")}`);
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
