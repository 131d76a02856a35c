import { setTimeout as sleep } from "node:timers/promises";
import type { SoakCluster } from "../cluster/soak-cluster.js";
import type { Fault, FaultKind } from "./storms.js";

/** Performs the faults of a storm; resolves once all are over, and every member that was killed has joined again. */
export async function unleash(cluster: SoakCluster, faults: readonly Fault[]): Promise<void> {
  await Promise.all(
    faults.map(async (fault) => {
      await sleep(fault.after);
      const end = await BEGIN[fault.kind](cluster, fault.members);
      await sleep(fault.length);
      await end();
    }),
  );
}

/** Begins a fault; resolves to a function that ends it. */
type Begin = (cluster: SoakCluster, members: readonly number[]) => Promise<() => Promise<void>>;

const BEGIN: Readonly<Record<FaultKind, Begin>> = {
  async kill({ members }, numbers) {
    const hit = at(members, numbers);
    await Promise.all(hit.map((member) => member.kill()));
    return async () => {
      await Promise.all(hit.map((member) => member.start()));
    };
  },
  async pause({ members }, numbers) {
    const hit = at(members, numbers);
    for (const member of hit) member.pause();
    return async () => {
      for (const member of hit) member.resume();
    };
  },
  async partition(cluster, numbers) {
    await cluster.cut(numbers);
    return () => cluster.heal();
  },
  async "broker-kill"({ broker }) {
    await broker?.kill();
    return async () => broker?.start();
  },
  async "broker-pause"({ broker }) {
    broker?.pause();
    return async () => broker?.resume();
  },
};

function at<Item>(items: readonly Item[], numbers: readonly number[]): readonly Item[] {
  return numbers.map((number) => items[number - 1]).filter((item) => item !== undefined);
}
