import { type SimulatedStranger, SimulatedTcp } from "../../support/simulated-tcp.js";

export const hello = { tidecast: 1, from: "b", to: "a", life: "x", serial: 1 };

/** Connects a foreign program to the node `a`, and says hello as a member. */
export async function visit(
  cluster: SimulatedTcp,
  words: Partial<typeof hello> & { compact?: number[] } = {},
): Promise<SimulatedStranger> {
  const member = await cluster.stranger("a");
  member.say({ ...hello, ...words });
  await cluster.until(() => member.heard.includes("\n"), 1_000);
  member.heard = "";
  return member;
}

/** A node `a` on which a foreign program has said hello as `b`. */
export async function visited(limits = {}, cluster = new SimulatedTcp()) {
  const a = await cluster.openHeard("a", { limits });
  return { cluster, a, member: await visit(cluster) };
}

/** The time that a promise takes, in ms of the cluster's clock; at most a minute. */
export async function timeOf(cluster: SimulatedTcp, promise: Promise<void>): Promise<number> {
  const start = cluster.clock.now();
  let end: number | undefined;
  void promise.then(() => {
    end = cluster.clock.now();
  });
  for (let time = 0; time < 60_000 && end === undefined; time += 5) await cluster.pass(5);
  return (end ?? Number.NaN) - start;
}
