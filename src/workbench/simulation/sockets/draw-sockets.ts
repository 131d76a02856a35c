import { SeededRandom } from "../../../adapters/seeded-random/seeded-random.js";
import { between, oneOf, shuffled } from "../chance.js";
import type { NetworkModel } from "./network/network-model.js";
import type { LifeEvent, SocketFault, SocketScenario } from "./socket-scenario.js";

/** Time in which the drawn events happen, in ms. */
const DURATION = 90_000;
/** The longest partition lasts until each side has removed the other, in ms. */
const LONGEST_FAULT = 100_000;
const MOST_MEMBERS = 7;
/** Room for one message of 64 KiB and its envelope, and a little more, in bytes. */
const SMALLEST_QUEUE = 75_000;

/** The scenario of a seed. */
export function drawSockets(seed: number): SocketScenario {
  const random = new SeededRandom(seed ^ 0x50c7);
  const nodes = between(random, 2, MOST_MEMBERS);
  const hasNames = random.next() < 0.5;
  const isCalm = random.next() < 0.25;
  const model: NetworkModel = {
    latency: oneOf(random, isCalm ? [1, 5, 20] : [1, 5, 20, 100]),
    loss: isCalm ? 0 : oneOf(random, [0, 0, 5, 30]),
    segment: oneOf(random, [100, 1_460, 65_536]),
    sendBuffer: oneOf(random, [8_192, 65_536, 262_144]),
    window: oneOf(random, [4_096, 65_536, 262_144]),
    giveUp: oneOf(random, [30_000, 120_000, 900_000]),
  };
  // Pings of members wait behind values: a network that is too slow for its load parts its members.
  const isFast = Math.min(model.window, model.sendBuffer) / model.latency > 1_000;
  const padding = oneOf(random, isFast ? [0, 0, 0, 100, 5_000] : [0, 0, 0, 100]);
  return {
    ...{ seed, nodes, model },
    isSecure: random.next() < 0.5,
    hasNames,
    hasJournals: random.next() < 0.5,
    budget: oneOf(random, ["default", "default", "frugal", "eager"]),
    ack: oneOf(random, [1, 1, 2]),
    padding,
    maxQueuedBytes: oneOf(random, [SMALLEST_QUEUE, SMALLEST_QUEUE, 2 ** 24]),
    json: random.next() < 0.3 ? shuffled(random, nodes).slice(0, between(random, 1, nodes)) : [],
    clocks: Array.from({ length: nodes }, () => ({
      origin: between(random, 0, 1_000_000),
      drift: between(random, -200, 200),
    })),
    daytimes: Array.from({ length: nodes }, () => between(random, 0, 60_000)),
    events: isCalm ? drawCalmEvents(random, nodes) : drawEvents(random, nodes, hasNames),
    faults: isCalm ? [] : drawFaults(random, nodes, hasNames),
    values: drawValues(random, nodes),
  };
}

/** Single values, and perhaps bursts of one member. */
function drawValues(random: SeededRandom, nodes: number): { readonly at: number; readonly node: number }[] {
  const value = () => ({ at: between(random, 0, DURATION), node: between(random, 0, nodes - 1) });
  const single = Array.from({ length: between(random, 5, 40) }, value);
  const bursts = Array.from({ length: between(random, 0, 2) }, () => {
    const first = value();
    return Array.from({ length: between(random, 10, 50) }, () => first);
  });
  return [...single, ...bursts.flat()];
}

/** Members that start, and then one that ends at a time: so each has to be removed within its limit. */
function drawCalmEvents(random: SeededRandom, nodes: number): LifeEvent[] {
  const starts = Array.from({ length: nodes }, (_, node): LifeEvent => ({ at: 100 * node, node, what: "start" }));
  let at = 15_000;
  const ends = shuffled(random, nodes)
    .filter((node) => node > 0 && random.next() < 0.7)
    .map((node): LifeEvent => {
      const what = oneOf(random, ["leave", "kill", "kill", "power"] as const);
      const event = { at, node, what };
      at += what === "power" ? 105_000 : between(random, 16_000, 20_000);
      return event;
    });
  return [...starts, ...ends];
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
