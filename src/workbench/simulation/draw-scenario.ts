import { SeededRandom } from "../../adapters/seeded-random/seeded-random.js";
import type { PresetName } from "../../application/settings/presets.js";
import type { Random } from "../../domain/ports/random.js";
import { between, oneOf, shuffled } from "./chance.js";
import { endOf, FAULT_KINDS, type Fault, type Scenario } from "./scenario.js";

/** What of a scenario is not drawn from the seed. */
export interface Overrides {
  readonly nodes?: number;
  readonly preset?: PresetName;
  readonly fanOut?: number;
  readonly journal?: boolean;
  readonly ack?: Scenario["ack"];
  readonly faults?: readonly Fault["kind"][];
}

const PRESETS: readonly PresetName[] = ["default", "frugal", "frugal", "eager", "proposal"];
/** One in so many scenarios has no fault at all. */
const FAULTLESS = 8;
/** The longest fault, in ms. */
const LONGEST_FAULT = 10_000;

/** The scenario of a seed. What is overridden is drawn all the same, so that the rest stays as it was. */
export function drawScenario(seed: number, overrides: Overrides = {}): Scenario {
  const random = new SeededRandom(seed);
  const drawnNodes = random.next() < 0.1 ? between(random, 26, 50) : between(random, 1, 25);
  const drawnPreset = oneOf(random, PRESETS);
  const drawnFanOut = oneOf(random, [2, 3, 4, 8, 32, 32]);
  const hasJournal = random.next() < 0.4;
  const kind = oneOf(random, ["constant", "constant", "uniform", "exponential"] as const);
  const latency = { kind, mean: oneOf(random, [1, 10, 50, 100, 100, 200]) };
  const duration = between(random, 5_000, 30_000);
  const rate = oneOf(random, [0.2, 1, 5, 10, 25]);
  const workload = random.fork();
  const chance = random.fork();
  const nodes = overrides.nodes ?? drawnNodes;
  const startSpread = chance.next() < 0.5 ? 0 : oneOf(chance, [50, 500, 3_000]);
  const drifts = chance.next() < 0.5;
  const clocks = Array.from({ length: nodes }, () => ({
    origin: between(chance, 0, 1_000_000),
    drift: drifts ? between(chance, -10_000, 10_000) : 0,
  }));
  const starts = Array.from({ length: nodes }, () => between(chance, 0, startSpread));
  const kinds = overrides.faults ?? FAULT_KINDS;
  const preset = overrides.preset ?? drawnPreset;
  const count = between(chance, 0, FAULTLESS - 1) === 0 || kinds.length === 0 ? 0 : between(chance, 1, 6);
  return {
    seed,
    preset,
    fanOut: overrides.fanOut ?? drawnFanOut,
    journal: overrides.journal ?? hasJournal,
    ...(overrides.ack !== undefined && { ack: overrides.ack }),
    latency,
    clocks,
    starts,
    values: drawValues(workload, nodes, duration, rate),
    faults: Array.from({ length: count }, () => drawFault(chance, oneOf(chance, kinds), nodes, duration)).map(
      (fault) =>
        // The proposal's tree is fixed: without a member that is gone for good it may be in pieces.
        fault.kind === "crash" && preset === "proposal" ? { ...fault, returns: true } : fault,
    ),
  };
}

/** The benchmark's cluster: 25 nodes, `frugal`, 100 ms, 10 operations a second for 60 s, of which half are broadcasts. */
export function benchmarkScenario(seed: number): Scenario {
  const random = new SeededRandom(seed);
  return {
    seed,
    preset: "frugal",
    fanOut: 32,
    journal: false,
    latency: { kind: "constant", mean: 100 },
    clocks: Array.from({ length: 25 }, () => ({ origin: between(random, 0, 1_000_000), drift: 0 })),
    starts: new Array<number>(25).fill(0),
    values: drawValues(random, 25, 60_000, 5),
    faults: [],
  };
}

function drawValues(random: Random, nodes: number, duration: number, rate: number): Scenario["values"] {
  const values: { value: number; at: number; node: number }[] = [];
  // Gaps as Maelstrom's: uniform in 0…2/rate.
  for (let at = 0; ; ) {
    at += between(random, 0, Math.round(2000 / rate));
    if (at > duration) return values;
    values.push({ value: values.length, at, node: between(random, 0, nodes - 1) });
  }
}

function drawFault(random: Random, kind: Fault["kind"], nodes: number, duration: number): Fault {
  const from = between(random, 0, duration);
  const until = from + between(random, 100, random.next() < 0.5 ? 2_000 : LONGEST_FAULT);
  // The root is worth a fault more often than others.
  const node = random.next() < 0.3 ? 0 : between(random, 0, nodes - 1);
  const target = (node + between(random, 1, Math.max(1, nodes - 1))) % nodes;
  switch (kind) {
    case "partition": {
      const shape = oneOf(random, ["one", "halves", "third", "ring"] as const);
      return { kind, shape, order: shuffled(random, nodes), from, until };
    }
    case "cut":
      return { kind, source: node, target, from, until };
    case "crash": {
      const returns = random.next() < 0.85;
      return { kind, node, returns, survivors: between(random, 0, 20), torn: random.next() < 0.5, from, until };
    }
    case "pause":
      return { kind, node, from, until };
    default: {
      const permille = oneOf(random, kind === "tail" ? [10, 100, 500] : [10, 100, 300, 500]);
      return { kind, permille, extra: between(random, 100, 2_000), from, until };
    }
  }
}

/** A scenario on one line, for people. */
export function describeScenario(scenario: Scenario): string {
  const { clocks, preset, fanOut, journal, ack, latency, values, faults } = scenario;
  const parts = [
    `${clocks.length} nodes`,
    `preset ${preset}`,
    `fan-out ${fanOut}`,
    `${latency.kind} latency ${latency.mean} ms`,
    journal ? "with journals" : "no journal",
    ...(ack === undefined ? [] : [`acknowledged by ${ack}`]),
    `${values.length} values`,
    `${faults.length} faults`,
    `ends at ${endOf(scenario) / 1000} s`,
  ];
  return parts.join(", ");
}
