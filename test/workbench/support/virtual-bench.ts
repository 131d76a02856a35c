import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import type { NodeHost } from "../../../src/workbench/model/node-host.js";
import type { BenchResult } from "../../../src/workbench/model/result.js";
import { type RunListener, runBench } from "../../../src/workbench/model/run-bench.js";
import {
  type BenchSettings,
  DEFAULT_SETTINGS,
  type Limits,
  numberedNodes,
} from "../../../src/workbench/model/settings.js";
import type { Behaviour } from "../../fixtures/nodes/behaviours.js";
import { InProcessHost } from "./in-process-host.js";

/** The settings of the calibration: 25 nodes, 100 operations a second, 100 ms. */
export const CALIBRATION_SETTINGS: BenchSettings = {
  ...DEFAULT_SETTINGS,
  nodeIds: numberedNodes(25),
  rate: 100,
  latency: 100,
  timeLimit: 20_000,
};

/** Parameters of a virtual run; nodes are given by a behaviour, the same for all or one per id, or by a host. */
export interface VirtualRun {
  readonly settings: BenchSettings;
  readonly limits?: Limits;
  readonly challenge?: string;
  readonly behaviour?: Behaviour;
  readonly behaviourOf?: (nodeId: string) => Behaviour;
  readonly host?: (clock: FakeClock) => NodeHost;
  readonly listener?: RunListener;
}

/** Runs a whole bench in virtual time, in this very call. */
export function runVirtually(run: VirtualRun): BenchResult {
  const clock = new FakeClock();
  const seed = new SeededRandom(run.settings.seed);
  const random = { workload: seed.fork(), network: seed.fork(), faults: seed.fork(), services: seed.fork() };
  const behaviourOf = run.behaviourOf ?? (() => run.behaviour as Behaviour);
  const host = run.host?.(clock) ?? new InProcessHost(clock, behaviourOf);
  let result: BenchResult | undefined;
  const ports = { clock, random, host, ...(run.listener === undefined ? {} : { listener: run.listener }) };
  const challenge = run.challenge === undefined ? {} : { challenge: run.challenge };
  runBench({ settings: run.settings, limits: run.limits ?? {}, ...challenge }, ports, (finished) => {
    result = finished;
  });
  while (result === undefined)
    if (!clock.step()) throw new Error("the run makes no progress: this is a bug of the bench");
  return result;
}
