import type { PresetName } from "../../application/settings/presets.js";
import type { WriteConcern } from "../../domain/write-concern/write-concern.js";
import type { BreakageName } from "./breakages.js";
import type { DiskFault } from "./disk/disk-fault.js";

/** Latency of a message: `constant`, uniform in 0…2·mean, or exponential. */
export interface LatencyModel {
  readonly kind: "constant" | "uniform" | "exponential";
  /** In ms. */
  readonly mean: number;
}

/** The duration of a fault, in whole ms of the simulation; it lasts from `from` until just before `until`. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/** A partition, in both directions. `order` assigns the members (by index) to the sides. */
export interface PartitionFault extends Span {
  readonly kind: "partition";
  readonly shape: "one" | "halves" | "third" | "ring";
  readonly order: readonly number[];
}

/** No message from one member reaches another; the opposite direction works. */
interface CutFault extends Span {
  readonly kind: "cut";
  readonly source: number;
  readonly target: number;
}

/** Every message is lost, duplicated, or late by up to `extra` ms, with a probability in thousandths. */
interface NoiseFault extends Span {
  readonly kind: "loss" | "duplication" | "tail";
  readonly permille: number;
  readonly extra: number;
}

/** A member is killed at `from` and restarted at `until`; with `returns` false it stays down. */
interface CrashFault extends Span {
  readonly kind: "crash";
  readonly node: number;
  readonly returns: boolean;
  /** With a journal: the number of records that were written but not synced and survive, and whether the next one is torn. */
  readonly survivors: number;
  readonly torn: boolean;
  /** With a simulated disk: whether its machine loses power, instead of the process alone. Default false. */
  readonly powerCut?: boolean;
  /** Its next life gets only `init`, as in Maelstrom, and no topology. Default false. */
  readonly initAlone?: boolean;
  /** Its clock is set back by this time, in ms, before it is restarted. Default 0. */
  readonly setBack?: number;
}

/** A second process with the member's id runs beside the first one; both get the member's messages. It keeps no journal. */
interface RivalFault extends Span {
  readonly kind: "rival";
  readonly node: number;
}

/** A member is paused: its timers, messages to it and requests of clients wait until `until`. */
interface PauseFault extends Span {
  readonly kind: "pause";
  readonly node: number;
}

export type Fault = PartitionFault | CutFault | NoiseFault | CrashFault | PauseFault | RivalFault | DiskFault;

/** The clock of a member: its origin (ms), and its drift in parts per million. */
export interface ClockModel {
  readonly origin: number;
  readonly drift: number;
}

/** A whole simulation as plain data: it can be printed, repeated and shrunk. Members are numbered; member 0 is the root. */
export interface Scenario {
  readonly seed: number;
  readonly preset: PresetName;
  readonly fanOut: number;
  /** Whether members keep a journal. */
  readonly journal: boolean;
  /** With journals: puts real ones on simulated disks. Without it, journals are kept in memory. */
  readonly disks?: {
    /** A file of this size, in bytes, is followed by another one. */
    readonly segmentBytes: number;
  };
  /** Number of members that must have a value before it is acknowledged; only the accepting one if absent. */
  readonly ack?: WriteConcern["nodes"];
  readonly latency: LatencyModel;
  /** Size limit of a message, in bytes of JSON; default: 8 MiB. */
  readonly maxMessageBytes?: number;
  /** Length of the members' ids, in characters; default: as short as possible. With long ids vectors exceed a small message. */
  readonly idLength?: number;
  /** One per member. */
  readonly clocks: readonly ClockModel[];
  /** One per member: its number in the scenario that this one was made from, by leaving members out. Its place here if absent. */
  readonly numbers?: readonly number[];
  /** Start of each member's process, in ms; 0 if absent. */
  readonly births?: readonly number[];
  /** Time when each member gets its topology, in ms after all processes have started; after a restart, counted from there. */
  readonly starts: readonly number[];
  /** The value is its index in this list of the original scenario. */
  readonly values: readonly { readonly value: number; readonly at: number; readonly node: number }[];
  readonly faults: readonly Fault[];
  /** A fault that is built into every node on purpose. */
  readonly breakage?: BreakageName;
}

/** The members' ids: `n0`, `n1`, … */
export function memberIds(scenario: Scenario): readonly string[] {
  const { clocks, idLength = 0 } = scenario;
  return clocks.map((_, index) => nameOf(scenario, index).padEnd(idLength, "-"));
}

/** A member's name in texts: its id, without what makes it long. */
export function nameOf({ numbers }: Pick<Scenario, "numbers">, index: number): string {
  return `n${numbers?.[index] ?? index}`;
}

/** Time when the last value has come and the last fault is over, in ms. */
export function endOf({ values, faults, starts, births = [] }: Scenario): number {
  const restarted = faults.map((fault) => {
    if (fault.kind === "disk") return fault.until + RESTART_DELAY + (starts[fault.node] ?? 0);
    if (fault.kind !== "crash") return fault.until;
    return fault.until + (fault.initAlone === true ? LONELY_START : (starts[fault.node] ?? 0));
  });
  const born = Math.max(0, ...births);
  return Math.max(0, ...starts.map((start) => born + start), ...values.map(({ at }) => at), ...restarted);
}

/** Time after which the operator starts a process again whose journal could not be opened, in ms. */
export const RESTART_DELAY = 500;

/** A member without a topology takes part by this time, with any drift of its clock, in ms. */
const LONELY_START = 10_200;

/** Every kind of fault. */
export const FAULT_KINDS: readonly Fault["kind"][] = [
  "partition",
  "cut",
  "loss",
  "duplication",
  "tail",
  "crash",
  "pause",
  "rival",
  "disk",
];
