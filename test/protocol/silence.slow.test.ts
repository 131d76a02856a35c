import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import type { PresetName } from "../../src/application/settings/presets.js";
import { ANTI_ENTROPY } from "../../src/domain/config.js";
import { MortalCluster } from "./support/mortal-cluster.js";

const RUNS = 200;
/** The last event of a run comes up to this long after the first value, in ms. */
const LAST_EVENT = 15_000;
/** Two checks one after the other, and the repairs: in ms. A member that gets a value in the first one passes it on in the second. */
const LIMIT = 2.5 * ANTI_ENTROPY.quietTime;

/**
 * A few values, one lost message and one killed member, and then silence. Returns a description of each value that a living
 * member lacks after the limit.
 * @param restarts whether the member is started again within 6 s
 */
function lateIn(preset: PresetName, restarts: boolean, seed: number): readonly string[] {
  const random = new SeededRandom(seed);
  const draw = <T>(list: readonly T[]) => list[Math.floor(random.next() * list.length)] as T;
  const [size, fanOut, latency] = [draw([3, 4, 5, 7]), draw([2, 32]), draw([20, 50, 100])];
  const cluster = new MortalCluster({ size, preset, fanOut, latency, seed });
  cluster.clock.advance(20_000);
  cluster.broadcast("n1", "earlier");
  cluster.clock.advance(20_000 + random.next() * 2000);
  let left = Math.floor(random.next() * 3 * size);
  cluster.isLost = () => left-- === 0;
  const values = ["a", "b", "c"].slice(Math.floor(random.next() * 3));
  const events: string[] = [];
  const plan = (at: number, what: string, action: () => void) =>
    cluster.clock.schedule(at, () => {
      events.push(`${Math.round(at)} ms: ${what}`);
      action();
    });
  for (const value of values) {
    const member = draw(cluster.members);
    plan(random.next() * 3000, `${member} takes ${value}`, () => cluster.broadcast(member, value));
  }
  const victim = random.next() < 0.5 ? "n0" : draw(cluster.members);
  const killedAt = random.next() * 9000;
  plan(killedAt, `${victim} is killed`, () => cluster.kill(victim));
  if (restarts) plan(killedAt + 1 + random.next() * 6000, `${victim} is started again`, () => cluster.start(victim));
  cluster.clock.advance(LAST_EVENT + LIMIT);
  return values
    .filter((value) => cluster.lacking(value).length > 0)
    .map((value) => `seed ${seed}, ${size} members: ${cluster.lacking(value)} lack ${value}; ${events.join("; ")}`);
}

/*
 * Values that come after a fault show what it has damaged. Here none comes, so each member that owes a value to another one must
 * have passed on the debt, or others must compare.
 */
describe.each(["default", "frugal", "eager"] as const)("a cluster that falls silent, with the preset %s", (preset) => {
  it.each([
    ["ends", false],
    ["restarts without a journal", true],
  ])("has every value everywhere within seconds although a message is lost and a member %s", (_, restarts) => {
    expect(Array.from({ length: RUNS }, (_, seed) => lateIn(preset, restarts, seed + 1)).flat()).toEqual([]);
  });
});
