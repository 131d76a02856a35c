import { drawScenario } from "../../../src/workbench/simulation/draw-scenario.js";
import { memberIds, type Scenario } from "../../../src/workbench/simulation/scenario.js";
import { simulate } from "../../../src/workbench/simulation/simulation.js";
import { REGRESSION_SEEDS } from "../../support/regression-seeds.js";
import type { Conversation } from "../conversation.js";
import type { Scenarios } from "./scenarios.js";

/** Seeds from 1 to this one are pinned. */
const LAST_SEED = 200;
/** The same with small messages. */
const LAST_SMALL_SEED = 16;

/** Members times values, at most: of more values some are left out, since a few large clusters would take most of the time. */
const MOST_DELIVERIES = 2_000;

/** Seeds of the simulator, with the preset and the journals that each draws, acknowledged by one member, by two and by all. */
export function* seeds(): Scenarios {
  const numbers = new Set([...Array.from({ length: LAST_SEED }, (_, index) => index + 1), ...REGRESSION_SEEDS]);
  for (const seed of numbers)
    for (const ack of [1, 2, "all"] as const)
      yield [
        `seed-${seed}-ack-${ack}`,
        (conversation) => simulated(conversation, thinned(drawScenario(seed, { ack, smallMessages: false })), true),
      ];
}

/** Seeds with messages of 1,400 bytes, in which digests are divided. */
export function* smallMessages(): Scenarios {
  for (let seed = 1; seed <= LAST_SMALL_SEED; seed++)
    yield [
      `small-messages-${seed}`,
      (conversation) => simulated(conversation, thinned(drawScenario(seed, { smallMessages: true })), true),
    ];
}

/** Two quiet minutes after a few values, with each preset: what a cluster says when there is nothing to say. */
export function* idle(): Scenarios {
  for (const preset of ["default", "frugal", "eager", "proposal"] as const)
    yield [
      `idle-${preset}`,
      (conversation) =>
        simulated(
          conversation,
          { ...drawScenario(1, { nodes: 9, preset, faults: [], smallMessages: false }), faults: [] },
          false,
        ),
    ];
}

function thinned(scenario: Scenario): Scenario {
  const { values, clocks } = scenario;
  const step = Math.ceil((values.length * clocks.length) / MOST_DELIVERIES);
  return { ...scenario, values: values.filter((_, index) => index % Math.max(1, step) === 0) };
}

function simulated(conversation: Conversation, scenario: Scenario, withoutIdleTime: boolean): void {
  let now = 0;
  conversation.now = () => now;
  const ids = memberIds(scenario);
  const acceptedBy = new Map(scenario.values.map(({ value, node }) => [value, ids[node] ?? "?"]));
  const at = (time: number) => {
    now = time;
    return conversation;
  };
  const memberOf = (value: number) => acceptedBy.get(value) ?? "?";
  simulate(scenario, {
    withoutIdleTime,
    watcher: {
      messages: {
        workloadBegan: () => {},
        sent: (time, { src, dest, body }) => at(time).message(src, dest, body),
        delivered: () => {},
        lost: () => {},
      },
      given: () => {},
      acknowledged: (time, value) => at(time).told(memberOf(value), { type: "broadcast_ok", value }),
      refused: (time, value, shortfall) => at(time).told(memberOf(value), { type: "refused", value, ...shortfall }),
      learned: (time, member, value) => at(time).told(ids[member] ?? "?", { type: "knows", value }),
      said: (time, member, line) => at(time).line(ids[member] ?? "?", line),
      ended: () => {},
    },
  });
}
