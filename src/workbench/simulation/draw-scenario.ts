import { SeededRandom } from "../../adapters/seeded-random/seeded-random.js";
import type { PresetName } from "../../application/settings/presets.js";
import type { Random } from "../../domain/ports/random.js";
import { SMALLEST_MESSAGE_LIMIT } from "../../domain/ports/transport.js";
import { between, oneOf, shuffled } from "./chance.js";
import { endOf, FAULT_KINDS, type Fault, type Scenario } from "./scenario.js";

/** The parts of a scenario that are fixed instead of drawn from the seed. */
export interface Overrides {
  readonly nodes?: number;
  readonly preset?: PresetName;
  readonly fanOut?: number;
  readonly journal?: boolean;
  readonly ack?: Scenario["ack"];
  readonly faults?: readonly Fault["kind"][];
  /** Whether messages are as small as a transport may have them. */
  readonly smallMessages?: boolean;
}

const PRESETS: readonly PresetName[] = ["default", "frugal", "frugal", "eager", "proposal"];
/** One scenario in this many has no fault at all. */
const FAULTLESS = 8;
/** One scenario in this many has a second process with a member's id, drawn separately from the other faults. */
const RIVALS = 8;
/** In one scenario in this many, processes start at different times; in as many, topologies come late. */
const LATE_BIRTHS = 10;
const LATE_TOPOLOGIES = 10;
/** In one scenario in this many, messages have no more bytes than a transport must carry; in half of them, ids are long. */
const SMALL_MESSAGES = 8;
/** Two dozen vectors' entries with ids of this length exceed a small message several times. */
const LONG_ID = 80;
/** All processes have started before a member without a topology takes part, in ms. */
const LAST_BIRTH = 9_000;
/** Some topologies come after their members have started to take part, up to this late, in ms. */
const LAST_TOPOLOGY = 14_000;
/** The longest fault, in ms. */
const LONGEST_FAULT = 10_000;

/** The scenario of a seed. Overridden parts are still drawn, so that the rest does not change. */
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
  const kinds = (overrides.faults ?? FAULT_KINDS).filter((kind) => kind !== "rival" && kind !== "disk");
  const preset = overrides.preset ?? drawnPreset;
  const count = between(chance, 0, FAULTLESS - 1) === 0 || kinds.length === 0 ? 0 : between(chance, 1, 6);
  return withLives(random.fork(), overrides, {
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
        // The proposal's tree is fixed: without a permanently lost member it may be in pieces.
        fault.kind === "crash" && preset === "proposal" ? { ...fault, returns: true } : fault,
    ),
  });
}

/** Draws how lives begin, without changing earlier draws. */
function withLives(random: Random, overrides: Overrides, scenario: Scenario): Scenario {
  const { faults: kinds = FAULT_KINDS } = overrides;
  const nodes = scenario.clocks.length;
  const duration = Math.max(1, ...scenario.values.map(({ at }) => at));
  const areLate = between(random, 1, LATE_BIRTHS) === 1;
  const spread = oneOf(random, [1_000, 5_000, LAST_BIRTH]);
  const births = scenario.clocks.map(() => between(random, 0, spread));
  const getLate = between(random, 1, LATE_TOPOLOGIES) === 1;
  const starts = scenario.starts.map((start) => {
    const late = between(random, 0, LAST_TOPOLOGY);
    return getLate && random.next() < 0.5 ? late : start;
  });
  const faults = scenario.faults.map((fault): Fault => {
    if (fault.kind !== "crash") return fault;
    const initAlone = random.next() < 0.5;
    const isImmediate = random.next() < 0.125;
    const setBack = random.next() < 0.25 ? between(random, 1, 3_600_000) : 0;
    return { ...fault, ...(isImmediate && { until: fault.from }), initAlone, setBack };
  });
  const hasRival = between(random, 1, RIVALS) === 1 && nodes > 1 && kinds.includes("rival");
  const from = between(random, 0, duration);
  const rival: Fault = {
    kind: "rival",
    node: between(random, 0, nodes - 1),
    from,
    until: from + between(random, 100, LONGEST_FAULT),
  };
  const drawnSmall = between(random, 1, SMALL_MESSAGES) === 1;
  const hasLongIds = random.next() < 0.5;
  return {
    ...scenario,
    ...(areLate && { births }),
    starts,
    faults: hasRival ? [...faults, rival] : faults,
    ...((overrides.smallMessages ?? drawnSmall) && {
      maxMessageBytes: SMALLEST_MESSAGE_LIMIT,
      ...(hasLongIds && { idLength: LONG_ID }),
    }),
  };
}

/** Counts of each way in which lives begin or meet. */
export interface LifeDraws {
  /** Scenarios whose processes start at different times. */
  readonly lateBirths: number;
  /** Topologies that come more than 10 s after all processes have started. */
  readonly lateTopologies: number;
  /** Restarts with `init` only, and restarts with a topology. */
  readonly initAlone: number;
  readonly withTopology: number;
  /** Restarts with a clock that was set back. */
  readonly setBack: number;
  /** Restarts within a millisecond. */
  readonly immediate: number;
  /** Second processes with a member's id. */
  readonly rivals: number;
}

export function lifeDrawsOf({ births, starts, faults }: Scenario): LifeDraws {
  const restarts = faults.filter((fault) => fault.kind === "crash" && fault.returns) as Extract<
    Fault,
    { kind: "crash" }
  >[];
  return {
    lateBirths: births === undefined ? 0 : 1,
    lateTopologies: starts.filter((start) => start > 10_000).length,
    initAlone: restarts.filter(({ initAlone }) => initAlone === true).length,
    withTopology: restarts.filter(({ initAlone }) => initAlone !== true).length,
    setBack: restarts.filter(({ setBack = 0 }) => setBack > 0).length,
    immediate: restarts.filter(({ from, until }) => from === until).length,
    rivals: faults.filter(({ kind }) => kind === "rival").length,
  };
}

/** The benchmark's cluster: 25 nodes, `frugal`, 100 ms, 10 operations per second for 60 s, of which half are broadcasts. */
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

function drawFault(random: Random, kind: Exclude<Fault["kind"], "disk">, nodes: number, duration: number): Fault {
  const from = between(random, 0, duration);
  const until = from + between(random, 100, random.next() < 0.5 ? 2_000 : LONGEST_FAULT);
  // The root gets faults more often than the other members.
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
    case "rival":
      return { kind, node, from, until };
    default: {
      const permille = oneOf(random, kind === "tail" ? [10, 100, 500] : [10, 100, 300, 500]);
      return { kind, permille, extra: between(random, 100, 2_000), from, until };
    }
  }
}

/** A scenario in one line. */
export function describeScenario(scenario: Scenario): string {
  const { clocks, preset, fanOut, journal, disks, ack, latency, maxMessageBytes, values, faults } = scenario;
  const parts = [
    `${clocks.length} nodes`,
    `preset ${preset}`,
    `fan-out ${fanOut}`,
    `${latency.kind} latency ${latency.mean} ms`,
    journal ? `with journals${disks === undefined ? "" : " on disks"}` : "no journal",
    ...(ack === undefined ? [] : [`acknowledged by ${ack}`]),
    ...(maxMessageBytes === undefined ? [] : [`messages of ${maxMessageBytes} bytes`]),
    `${values.length} values`,
    `${faults.length} ${faults.length === 1 ? "fault" : "faults"}`,
    `ends at ${endOf(scenario) / 1000} s`,
  ];
  return parts.join(", ");
}
