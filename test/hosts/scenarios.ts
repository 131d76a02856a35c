import { setTimeout as sleep } from "node:timers/promises";
import type { Ledger } from "./load/ledger.js";
import type { PacketSwitch } from "./network/packet-switch.js";
import type { Build } from "./servers/builds.js";
import type { HostServer } from "./servers/server.js";

/** What a scenario works with, once clients send values. */
export interface Stage {
  readonly servers: readonly HostServer[];
  readonly links: PacketSwitch;
  readonly ledger: Ledger;
  /** The build that servers are upgraded to. */
  readonly latest: Build;
  /** How long a fault lasts, in ms. */
  readonly hold: number;
}

/** The end of a scenario's faults. */
export interface Ending {
  /** When the last fault was over, by `performance.now()`. */
  readonly healedAt: number;
  /** What shows that the faults took place. */
  readonly evidence: string;
  /** Servers that could reach each other while others could not. */
  readonly division?: Division;
}

/** Groups of servers that could reach each other, by their ids, in a stretch of time. */
export interface Division {
  readonly begin: number;
  readonly end: number;
  readonly groups: readonly (readonly string[])[];
}

/** Something that happens to five servers under load. */
export interface Scenario {
  readonly name: string;
  /** What happens, for the table. */
  readonly summary: string;
  /** How its servers start. Without it, servers of earlier scenarios go on. */
  readonly start?: {
    /** Settings of all servers, as options of the command line. */
    readonly options?: readonly string[];
    /** Whether servers 1 to 3 run an older build, and 4 and 5 the same build that speaks JSON lines alone. */
    readonly hasOldBuilds?: true;
    /** Clocks of the servers, as distances from the true time in ms. */
    readonly clocks?: readonly number[];
  };
  /** @throws if the fault did not take place */
  run(stage: Stage): Promise<Ending>;
}

/** Delay of packets, one way, in ms. */
const FAR = 100;
/** Share of packets that are lost. */
const LOSS = 0.1;
const MINUTE = 60_000;

const latency: Scenario = {
  name: "latency",
  summary: `${FAR} ms each way between all servers`,
  async run({ links, hold, ledger }) {
    await links.shapeAll({ delay: FAR });
    const begin = performance.now();
    await sleep(hold);
    const healedAt = performance.now();
    const early = ledger.fastestBetween(begin, healedAt);
    if (early < FAR) throw new Error(`a value took ${early} ms to another server, less than the delay`);
    return { healedAt, evidence: `the fastest value took ${Math.round(early)} ms to another server` };
  },
};

const loss: Scenario = {
  name: "loss",
  summary: `${LOSS * 100} % of the packets are lost, 20 ms each way`,
  async run({ links, hold }) {
    const before = await links.shapeAll({ delay: 20, loss: LOSS });
    await sleep(hold);
    const after = await links.counts();
    const [lost, forwarded] = [after.lost - before.lost, after.forwarded - before.forwarded];
    if (lost === 0) throw new Error("no packet was lost");
    return { healedAt: performance.now(), evidence: `${lost} of ${lost + forwarded} packets were lost` };
  },
};

/** Divides the servers, and heals. */
async function divide({ links, hold, ledger }: Stage, ...parts: readonly (readonly number[])[]): Promise<Ending> {
  const before = await links.divide(...parts);
  const begin = performance.now();
  await sleep(hold);
  const end = performance.now();
  const groups = parts.map((part) => part.map((number) => `h${number}`));
  const groupOf = (id: string) => groups.find((group) => group.includes(id));
  const crossed = ledger.arrivalsBetween(begin, end, (origin, server) => groupOf(origin) !== groupOf(server));
  const dropped = (await links.heal()).cut - before.cut;
  if (crossed > 0) throw new Error(`${crossed} values came across the cut`);
  if (dropped === 0) throw new Error("no packet met the cut");
  return {
    healedAt: performance.now(),
    evidence: `for ${Math.round(hold / 1000)} s: ${dropped} packets dropped, no value across`,
    division: { begin, end, groups },
  };
}

const cutOff: Scenario = {
  name: "cut-off",
  summary: "one server is cut off from all others, takes values all the same, and is connected again",
  run: (stage) => divide(stage, [2], [1, 3, 4, 5]),
};

const split: Scenario = {
  name: "split",
  summary: "two servers are cut off from three, both sides take values, and the network heals",
  run: (stage) => divide(stage, [1, 2], [3, 4, 5]),
};

const killed: Scenario = {
  name: "killed",
  summary:
    "the root loses its network, takes values for a while, and loses its power; another server gets SIGKILL; both restart with their journals",
  async run({ servers, links, ledger, hold }) {
    const rootId = await (servers[0] as HostServer).root();
    const root = servers.find(({ id }) => id === rootId) as HostServer;
    const other = servers.find(({ id }) => id !== rootId) as HostServer;
    const rest = servers.filter((server) => server !== root && server !== other);
    // Nothing of it says goodbye, and what it acknowledges now is nowhere else.
    await links.divide(
      [root.host.number],
      [other, ...rest].map(({ host }) => host.number),
    );
    const before = ledger.acknowledgedAt(root.id);
    await sleep(hold / 4);
    const alone = ledger.acknowledgedAt(root.id) - before;
    await root.kill();
    await other.kill();
    const begin = performance.now();
    await sleep(hold);
    const end = performance.now();
    if (alone === 0) throw new Error("the root acknowledged no value while it was cut off");
    await links.heal();
    await Promise.all([root.start(), other.start()]);
    return {
      healedAt: performance.now(),
      evidence: `${alone} values were in the journal of the root ${root.id} alone; ${other.id} killed; both down for ${Math.round(hold / 1000)} s`,
      division: { begin, end, groups: [rest.map(({ id }) => id)] },
    };
  },
};

/** How far the clocks are from the true time at the start, and what they are set to while the servers run, in ms. */
const CLOCKS = [
  { start: 0, later: 0 },
  { start: 60 * MINUTE, later: 60 * MINUTE },
  { start: -60 * MINUTE, later: -60 * MINUTE },
  { start: 0, later: 30 * MINUTE },
  { start: 0, later: -45 * MINUTE },
];

const clocks: Scenario = {
  name: "clocks",
  summary:
    "clocks an hour ahead and behind, one set forward by 30 min and one back by 45 min under load; the latter is killed and restarts with an earlier time",
  start: {
    clocks: CLOCKS.map(({ start }) => start),
    // Ages are counted without the time of day: if they were not, values would be deleted here.
    options: ["--retain-max-age", `${20 * MINUTE}`],
  },
  async run({ servers, hold }) {
    await checkClocks(servers, "start");
    await sleep(hold / 2);
    for (const [index, { later }] of CLOCKS.entries()) servers[index]?.setClock(later);
    await sleep(hold / 2);
    const last = servers.at(-1) as HostServer;
    await last.kill();
    await last.start();
    const shown = await checkClocks(servers, "later");
    return { healedAt: performance.now(), evidence: `clocks, in min: ${shown.join(", ")}` };
  },
};

/** Compares the clocks that servers show with those that they were given; resolves with them, in minutes. */
async function checkClocks(servers: readonly HostServer[], moment: "start" | "later"): Promise<readonly string[]> {
  const offsets = await Promise.all(servers.map((server) => server.clockOffset()));
  for (const [index, offset] of offsets.entries())
    if (Math.abs(offset - (CLOCKS[index] as (typeof CLOCKS)[number])[moment]) > MINUTE / 2)
      throw new Error(`the clock of server ${index + 1} is ${offset} ms from the true time`);
  return offsets.map((offset) => `${offset > 0 ? "+" : ""}${Math.round(offset / MINUTE)}`);
}

const upgrade: Scenario = {
  name: "upgrade",
  summary:
    "five servers of the first build with `tidecast serve`, two of them with JSON lines alone, become this version one at a time, the root last",
  start: { hasOldBuilds: true },
  async run({ servers, latest }) {
    const rootId = await (servers[0] as HostServer).root();
    const order = [...servers.filter(({ id }) => id !== rootId), ...servers.filter(({ id }) => id === rootId)];
    const stops: number[] = [];
    const starts: number[] = [];
    for (const server of order) {
      const begin = performance.now();
      const code = await server.terminate();
      if (code !== 0) throw new Error(`${server.id} exited with ${code} after SIGTERM`);
      const stopped = performance.now();
      await server.start(latest);
      stops.push(stopped - begin);
      starts.push(performance.now() - stopped);
    }
    const range = (times: readonly number[]) =>
      `${(Math.min(...times) / 1000).toFixed(1)} to ${(Math.max(...times) / 1000).toFixed(1)} s`;
    return {
      healedAt: performance.now(),
      evidence: `all exited with 0; each took ${range(stops)} to stop and ${range(starts)} until ready`,
    };
  },
};

/** Every scenario, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [latency, loss, cutOff, split, killed, clocks, upgrade];
