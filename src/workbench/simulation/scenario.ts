import type { PresetName } from "../../application/settings/presets.js";
import type { WriteConcern } from "../../domain/write-concern/write-concern.js";

/** How long a message travels: `constant`, uniform in 0…2·mean, or exponential. */
export interface LatencyModel {
  readonly kind: "constant" | "uniform" | "exponential";
  /** In ms. */
  readonly mean: number;
}

/** How a fault is limited in time, in whole ms of the simulation; it holds from `from` until just before `until`. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/** Cuts between many, in both directions. `order` deals the members (by index) to the sides. */
export interface PartitionFault extends Span {
  readonly kind: "partition";
  readonly shape: "one" | "halves" | "third" | "ring";
  readonly order: readonly number[];
}

/** Nothing comes from one member to another; the way back works. */
interface CutFault extends Span {
  readonly kind: "cut";
  readonly source: number;
  readonly target: number;
}

/** Every message is lost, comes twice, or is late by up to `extra` ms, with a probability in thousandths. */
interface NoiseFault extends Span {
  readonly kind: "loss" | "duplication" | "tail";
  readonly permille: number;
  readonly extra: number;
}

/** A member is killed at `from` and started again at `until`; `returns` false: it stays away. */
interface CrashFault extends Span {
  readonly kind: "crash";
  readonly node: number;
  readonly returns: boolean;
  /** With a journal: how many records that were written but not synced survive, and whether the next one is torn. */
  readonly survivors: number;
  readonly torn: boolean;
  /** Its next life gets `init` alone, as Maelstrom has it, and no topology. Default false. */
  readonly initAlone?: boolean;
  /** Its clock is set back by this, in ms, before it is started again. Default 0. */
  readonly setBack?: number;
}

/** A second process with the member's id runs beside the first one; both get what is sent to the member. It keeps no journal. */
interface RivalFault extends Span {
  readonly kind: "rival";
  readonly node: number;
}

/** A member stands still: its timers, what it is sent and what clients ask of it wait until `until`. */
interface PauseFault extends Span {
  readonly kind: "pause";
  readonly node: number;
}

export type Fault = PartitionFault | CutFault | NoiseFault | CrashFault | PauseFault | RivalFault;

/** The clock of a member: another origin than anybody else's (ms), too quick by so many millionths. */
export interface ClockModel {
  readonly origin: number;
  readonly drift: number;
}

/** A whole simulation as plain data: it can be printed, replayed and shrunk. Members are numbered; member 0 is the root. */
export interface Scenario {
  readonly seed: number;
  readonly preset: PresetName;
  readonly fanOut: number;
  /** Whether members write down what they know. */
  readonly journal: boolean;
  /** How many members have a value before it is acknowledged; the one that accepts it alone, if absent. */
  readonly ack?: WriteConcern["nodes"];
  readonly latency: LatencyModel;
  /** One for each member. */
  readonly clocks: readonly ClockModel[];
  /** When each member's process is started, in ms; at 0, if absent. */
  readonly births?: readonly number[];
  /** When each member gets its topology, in ms, counted from when all processes were started; also after it was started again, counted from there. */
  readonly starts: readonly number[];
  /** The value is its index in this list of the scenario as it was drawn. */
  readonly values: readonly { readonly value: number; readonly at: number; readonly node: number }[];
  readonly faults: readonly Fault[];
}

/** When the last value has come and the last fault is over, in ms. */
export function endOf({ values, faults, starts, births = [] }: Scenario): number {
  const restarted = faults.map((fault) => {
    if (fault.kind !== "crash") return fault.until;
    return fault.until + (fault.initAlone === true ? LONELY_START : (starts[fault.node] ?? 0));
  });
  const born = Math.max(0, ...births);
  return Math.max(0, ...starts.map((start) => born + start), ...values.map(({ at }) => at), ...restarted);
}

/** By then a member without a topology takes part, whatever its clock's drift, in ms. */
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
];
