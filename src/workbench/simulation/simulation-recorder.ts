import { presets } from "../../application/settings/presets.js";
import type { Figure, RecordedValue, RunReport, Shown } from "../report/data/run-report.js";
import { spreadsOf } from "../report/data/spread.js";
import { Recorder } from "../report/recorder.js";
import { tellStories } from "../report/story.js";
import { type Bounds, DEFAULT_BOUNDS, MOST_IN_FLIGHT } from "./bounds.js";
import { describeFault } from "./describe-fault.js";
import { INVARIANTS, type Outcome } from "./outcome.js";
import { endOf, type Fault, memberIds, type Scenario } from "./scenario.js";
import { simulate } from "./simulation.js";
import type { SimulationWatcher } from "./simulation-watcher.js";

const LATENCY_MEANING = "From when a client gave a value to a member until every running member knew it.";
/** Time shown after the last event, in ms. */
const EPILOGUE = 1_000;

/** Runs a scenario again with the same bounds, and without the idle minutes unless they failed, and makes its report. */
export function reportSimulation(scenario: Scenario, outcome: Outcome, bounds: Bounds = DEFAULT_BOUNDS): RunReport {
  const recorder = new SimulationRecorder(scenario);
  simulate(scenario, { bounds, withoutIdleTime: outcome.violation?.invariant !== "noise", watcher: recorder });
  return recorder.report(outcome);
}

/** Follows a simulation and makes its report. */
class SimulationRecorder implements SimulationWatcher {
  readonly messages: Recorder;
  private readonly nodes: readonly string[];
  private readonly givenAt = new Map<number, number>();
  private readonly acknowledgedAt = new Map<number, number>();
  /** Values that members knew before a message brought them: from their journals. */
  private readonly shown: Shown[] = [];
  private exempt: ReadonlySet<number> = new Set();

  constructor(private readonly scenario: Scenario) {
    this.nodes = memberIds(scenario);
    this.messages = new Recorder(this.nodes);
  }

  given(at: number, member: number, value: number): void {
    this.givenAt.set(value, at);
    this.messages.delivered(at, {
      src: "client",
      dest: this.nodes[member] as string,
      body: { type: "broadcast", message: value },
    });
  }

  acknowledged(at: number, value: number): void {
    this.acknowledgedAt.set(value, at);
  }

  learned(at: number, member: number, value: number): void {
    if (!this.messages.knows(member, value)) this.shown.push({ value, node: member, at });
  }

  ended(_at: number, exempt: readonly number[]): void {
    this.exempt = new Set(exempt);
  }

  report(outcome: Outcome): RunReport {
    const { scenario, nodes, shown } = this;
    const { violation } = outcome;
    const { messages, types, causes } = this.messages.recording();
    const lastEvent = endOf(scenario);
    const end = violation?.at ?? lastEvent + outcome.convergence + EPILOGUE;
    const faults = scenario.faults.map((fault) => ({
      kind: fault.kind,
      from: fault.from,
      to: fault.kind === "crash" && !fault.returns ? end : fault.until,
      detail: describeFault(scenario, fault),
    }));
    const given = scenario.values.filter(({ value }) => this.givenAt.has(value));
    const unjudged = given.map(({ value, node, at }): RecordedValue => {
      const [receivedAt, acknowledgedAt] = [this.givenAt.get(value), this.acknowledgedAt.get(value)];
      return {
        value,
        node,
        invokedAt: at,
        ...(receivedAt !== undefined && { receivedAt }),
        ...(acknowledgedAt !== undefined && { acknowledgedAt }),
        fate: "open",
        missedBy: [],
      };
    });
    const { mode } = presets[scenario.preset];
    const traced = { nodes, types, causes, faults, values: unjudged, messages, shown, mode };
    const values = this.judged(traced, outcome);
    return {
      kind: "run",
      title: `seed ${scenario.seed} of the simulation`,
      verdict: violation === undefined ? "passed" : "failed",
      conclusion:
        violation === undefined
          ? "PASSED: every promise was kept."
          : `FAILED: ${violation.problem.split("\n")[0]} (promised: ${INVARIANTS[violation.invariant]}).`,
      settings: settingsOf(scenario),
      figures: figuresOf(outcome),
      limits: {},
      latencyMeaning: LATENCY_MEANING,
      operations: given.length,
      timeLimit: Math.min(end, lastEvent),
      end,
      ...traced,
      values,
      ...tellStories({ ...traced, values }),
    };
  }

  /** The fate of the values: everywhere, lost if this run has established that, or open. */
  private judged(traced: Parameters<typeof spreadsOf>[0], { violation }: Outcome): readonly RecordedValue[] {
    const isForGood = (fault: Fault) => fault.kind === "crash" && !fault.returns;
    const gone = new Set(this.scenario.faults.filter(isForGood).map((fault) => (fault as { node: number }).node));
    const isOver = violation === undefined || violation.invariant === "lost" || violation.invariant === "disagreement";
    return spreadsOf(traced).map(({ value, learned }) => {
      const living = learned.filter(({ node }) => !gone.has(node));
      if (living.length === this.nodes.length - gone.size)
        return { ...value, fate: "stable", latency: (living.at(-1)?.at ?? value.invokedAt) - value.invokedAt };
      const isLost = isOver && value.acknowledgedAt !== undefined && !this.exempt.has(value.value);
      return { ...value, fate: isLost ? "lost" : "open" };
    });
  }
}

function settingsOf(scenario: Scenario): RunReport["settings"] {
  const { clocks, preset, fanOut, journal, latency, values, faults, seed } = scenario;
  return [
    ["members", String(clocks.length)],
    ["preset", preset],
    ["fan-out", String(fanOut)],
    ["latency", `${latency.mean} ms ${latency.kind}`],
    ["journals", journal ? "yes" : "no"],
    ["values", String(values.length)],
    ["faults", String(faults.length)],
    ["seed", String(seed)],
  ];
}

function figuresOf({
  messages,
  acknowledged,
  exempt,
  convergence,
  mostInFlight,
  violation,
}: Outcome): readonly Figure[] {
  const bound = DEFAULT_BOUNDS.convergence;
  return [
    { name: "messages", value: String(messages), unit: "", kept: true },
    { name: "values acknowledged", value: String(acknowledged), unit: "", kept: true },
    { name: "of them lost with the only members that had them", value: String(exempt), unit: "", kept: true },
    {
      name: "last value after the last fault",
      value: convergence.toFixed(0),
      unit: "ms",
      limit: `at most ${bound}`,
      kept: violation === undefined || convergence <= bound,
    },
    {
      name: "most messages in flight on a link",
      value: String(mostInFlight),
      unit: "",
      limit: `at most ${MOST_IN_FLIGHT}`,
      kept: mostInFlight <= MOST_IN_FLIGHT,
    },
    {
      name: "promises broken",
      value: violation === undefined ? "0" : "1",
      unit: "",
      limit: "none",
      kept: violation === undefined,
    },
  ];
}
