import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type Quantiles, quantiles } from "../../src/workbench/model/quantiles.js";
import { Clients } from "./load/clients.js";
import { readValues } from "./load/final-read.js";
import { Follower } from "./load/follower.js";
import type { Faults } from "./load/ledger.js";
import type { PacketSwitch } from "./network/packet-switch.js";
import type { Scenario } from "./scenarios.js";
import type { Build } from "./servers/builds.js";
import type { Cluster } from "./servers/cluster.js";

/** Load before the fault, and after it, in ms. */
const BEFORE = 1_000;
const AFTER = 1_000;
/** Everything must be everywhere within this time after the load has ended, in ms. */
const TIME_TO_COMPLETE = 60_000;

/** How to perform a scenario. */
export interface Performance {
  readonly cluster: Cluster;
  readonly links: PacketSwitch;
  /** The build that servers are upgraded to. */
  readonly latest: Build;
  /** Names the values; another one for each scenario on these servers. */
  readonly series: string;
  /** Values per second at each server. */
  readonly rate: number;
  /** How long a fault lasts, in ms. */
  readonly hold: number;
}

/** The result of a scenario. Times are in ms. */
export interface Outcome extends Faults {
  readonly scenario: string;
  readonly evidence: string;
  /** From the first value sent to the last read. */
  readonly duration: number;
  readonly attempted: number;
  readonly acknowledged: number;
  /** Requests that were not acknowledged, by the reason. */
  readonly refusals: Readonly<Record<string, number>>;
  /** From the end of the fault until every value that was acknowledged by then was everywhere; `null` if it never was. */
  readonly completeAfter: number | null;
  readonly acknowledgement: Quantiles | undefined;
  /** From a request until its value was everywhere. */
  readonly delivery: Quantiles | undefined;
  /** During the fault, from a request until its value was on every server that could be reached from the one that took it. */
  readonly deliveryWithin?: Quantiles | undefined;
  /** Gaps that followers of events were told of. */
  readonly gaps: number;
  /** Whether each acknowledged value came to the followers of all servers. */
  readonly followersComplete: boolean;
  /** The machine's load average over the last minute. */
  readonly load: number;
}

/** Performs a scenario under load. @throws if a server failed, or the fault did not take place */
export async function perform(scenario: Scenario, given: Performance): Promise<Outcome> {
  const { cluster, links, latest, series, rate, hold } = given;
  const { servers } = cluster;
  await links.shapeAll({ delay: 0, loss: 0, isCut: false });
  const ledger = cluster.newLedger();
  const followers = servers.map((server) => new Follower(server, ledger));
  const begin = performance.now();
  const clients = new Clients(servers, ledger, series, rate);
  try {
    await sleep(BEFORE);
    const { healedAt, evidence, division } = await scenario.run({ servers, links, ledger, latest, hold });
    await sleep(AFTER);
    await clients.stop();
    const deadline = performance.now() + TIME_TO_COMPLETE;
    while (!ledger.isComplete() && performance.now() < deadline) await sleep(50);
    const shown = new Map<string, readonly string[]>();
    for (const server of servers) shown.set(server.id, await readValues(server));
    const completeAfter = ledger.completeAt(healedAt) - healedAt;
    return {
      scenario: scenario.name,
      evidence,
      duration: performance.now() - begin,
      attempted: ledger.attempted,
      acknowledged: ledger.acknowledgedCount,
      refusals: Object.fromEntries(ledger.refusals),
      completeAfter: Number.isFinite(completeAfter) ? completeAfter : null,
      acknowledgement: quantiles(ledger.acknowledgementTimes()),
      delivery: quantiles(ledger.deliveryTimes()),
      ...(division !== undefined && { deliveryWithin: quantiles(ledger.deliveryTimesWithin(division)) }),
      gaps: followers.reduce((sum, { gaps }) => sum + gaps, 0),
      followersComplete: ledger.isComplete(),
      load: loadavg()[0] as number,
      ...ledger.judge(shown),
    };
  } finally {
    await Promise.all([clients.stop(), ...followers.map((follower) => follower.stop())]);
  }
}

/** Whether nothing that was acknowledged is lost, nothing is invented, and nothing came twice. */
export function isGood({ acknowledged, missing, invented, repeated, gaps, followersComplete }: Outcome): boolean {
  return acknowledged > 0 && followersComplete && [...missing, ...invented, ...repeated].length + gaps === 0;
}
