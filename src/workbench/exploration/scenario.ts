import type { PresetName } from "../../application/settings/presets.js";
import type { BreakageName } from "../simulation/breakages.js";

/** The kinds of fault that may happen, once, at any moment of a run. */
export const EXPLORED_FAULTS = ["none", "loss", "crash"] as const;
export type ExploredFault = (typeof EXPLORED_FAULTS)[number];

/** A small cluster whose every order of events is explored, as plain data. Times in ms. */
export interface ExploredScenario {
  readonly preset: PresetName;
  /** Number of members: `n0`, the root, `n1`, and so on. */
  readonly nodes: number;
  readonly fanOut: number;
  /** The members that clients give the values 0, 1, … to. */
  readonly receivers: readonly number[];
  /** `loss`: any one message may be lost. `crash`: any one process may be killed, and is started again after `RESTART`. */
  readonly fault: ExploredFault;
  /** Shortest and longest time that a message takes. */
  readonly latency: readonly [least: number, most: number];
  /** Clients send all values, and the process is killed, within this time. */
  readonly window: number;
  /** A fault that is built into every node on purpose. */
  readonly breakage?: BreakageName | undefined;
}

/** From the crash of a process to its restart, in ms. */
export const RESTART = 1_000;

/** Everything must have settled this long after the window and a restart, in ms: as in the simulator. */
export const SETTLING = 20_000;

/** The scenarios of a preset, one for each way to give the values to members; leaves count as equal. */
export function scenariosOf(base: Omit<ExploredScenario, "receivers">, values: number): ExploredScenario[] {
  return placements(base.nodes, values).map((receivers) => ({ ...base, receivers }));
}

/** Every way to give values to members, up to a renumbering of the values and of the members other than the root. */
function placements(nodes: number, values: number): number[][] {
  if (values === 0) return [[]];
  return placements(nodes, values - 1).flatMap((before) => {
    const last = before.at(-1) ?? 0;
    // A member that has no value yet is as good as any other that has none.
    const most = Math.min(nodes - 1, last + 1);
    return Array.from({ length: most - last + 1 }, (_, index) => [...before, last + index]);
  });
}

/** A fault in words. */
export const FAULTS_IN_WORDS: Readonly<Record<ExploredFault, string>> = {
  none: "no fault",
  loss: "one lost message",
  crash: "one crash",
};

/** A scenario in words. */
export function describeExplored({ preset, nodes, fanOut, receivers, fault }: ExploredScenario): string {
  const given = receivers.map((member, value) => `value ${value} to n${member}`).join(", ");
  return `${preset}, ${nodes} nodes, fan-out ${fanOut}, ${FAULTS_IN_WORDS[fault]}, ${given}`;
}
