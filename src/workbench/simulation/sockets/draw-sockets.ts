import { SeededRandom } from "../../../adapters/seeded-random/seeded-random.js";
import { between, oneOf, shuffled } from "../chance.js";
import type { LifeEvent, SocketFault, SocketScenario } from "./socket-scenario.js";

/** Time in which the drawn events happen, in ms. */
const DURATION = 90_000;
/** The longest partition lasts until each side has removed the other, in ms. */
const LONGEST_FAULT = 100_000;
const MOST_MEMBERS = 7;

/** The scenario of a seed. */
export function drawSockets(seed: number): SocketScenario {
  const random = new SeededRandom(seed ^ 0x50c7);
  const nodes = between(random, 2, MOST_MEMBERS);
  const hasNames = random.next() < 0.5;
  const padding = oneOf(random, [0, 0, 0, 100, 5_000]);
  return {
    seed,
    nodes,
    model: {
      latency: oneOf(random, [1, 5, 20, 100]),
      loss: oneOf(random, [0, 0, 5, 30]),
      segment: oneOf(random, [100, 1_460, 65_536]),
      sendBuffer: oneOf(random, [8_192, 65_536, 262_144]),
      window: oneOf(random, [4_096, 65_536, 262_144]),
      giveUp: oneOf(random, [30_000, 120_000, 900_000]),
    },
    isSecure: random.next() < 0.5,
    hasNames,
    hasJournals: random.next() < 0.5,
    budget: oneOf(random, ["default", "default", "frugal", "eager"]),
    ack: oneOf(random, [1, 1, 2]),
    padding,
    maxQueuedBytes: oneOf(random, [2 ** 17, 2 ** 24]),
    json: random.next() < 0.3 ? shuffled(random, nodes).slice(0, between(random, 1, nodes)) : [],
    clocks: Array.from({ length: nodes }, () => ({
      origin: between(random, 0, 1_000_000),
      drift: between(random, -200, 200),
    })),
    daytimes: Array.from({ length: nodes }, () => between(random, 0, 60_000)),
    events: drawEvents(random, nodes, hasNames),
    faults: drawFaults(random, nodes, hasNames),
    values: Array.from({ length: between(random, 5, padding > 1_000 ? 20 : 60) }, () => ({
      at: between(random, 0, DURATION),
      node: between(random, 0, nodes - 1),
    })),
  };
}

function drawEvents(random: SeededRandom, nodes: number, hasNames: boolean): LifeEvent[] {
  const events: LifeEvent[] = [];
  const first = between(random, 1, nodes);
  for (let node = 0; node < nodes; node++) {
    let host = 0;
    let at = node < first ? between(random, 0, 1_000) : between(random, 1_000, DURATION);
    events.push({ at, node, what: "start", host });
    for (let lives = 0; lives < 3 && random.next() < 0.5; lives++) {
      at = between(random, at + 3_000, at + DURATION / 2);
      const what = oneOf(random, ["leave", "kill", "kill", "power"] as const);
      events.push({ at, node, what });
      // The first member is the way in: it always comes back, where the others look for it.
      if (node > 0 && random.next() < 0.3) break;
      at = between(random, at + 100, at + 40_000);
      if ((node > 0 || hasNames) && random.next() < 0.4) host++;
      events.push({ at, node, what: "start", host });
    }
  }
  return events.toSorted((one, other) => one.at - other.at);
}

function drawFaults(random: SeededRandom, nodes: number, hasNames: boolean): SocketFault[] {
  return Array.from({ length: between(random, 0, 6) }, () => {
    const kind = oneOf(random, [
      ...(["partition", "cut", "stall", "reset", "half-reset", "forget", "pause", "slow"] as const),
      hasNames ? "names" : "reset",
    ] as const);
    const order = shuffled(random, nodes);
    const concerned = {
      partition: between(random, 1, Math.max(1, nodes - 1)),
      pause: 1,
      slow: 1,
      names: 0,
      cut: 2,
    };
    const count = kind in concerned ? concerned[kind as keyof typeof concerned] : between(random, 1, 2);
    const from = between(random, 1_000, DURATION);
    const longest = kind === "pause" ? 20_000 : oneOf(random, [3_000, 30_000, LONGEST_FAULT]);
    const until = ["reset", "half-reset", "forget"].includes(kind) ? from : from + between(random, 100, longest);
    return { kind, from, until, nodes: order.slice(0, count) };
  });
}
