import { describe, expect, it } from "vitest";
import { presets } from "../../../src/application/settings/presets.js";
import { startCluster } from "../../support/cluster.js";
import { Arrivals, lastOf } from "./arrivals.js";

const SIZE = 25;
const DURATION = 10_000;
/** The longest round of the presets below, in ms. */
const ROUND = 1700;

/** Are messages from the first member (by its number) to the second one dropped? */
type Cut = (from: number, to: number) => boolean;

/** Load, 50 values a second, before, during and after a cut, which begins at `begin` ms. */
function cutOff(preset: keyof typeof presets, isCut: Cut, begin: number) {
  let now = () => 0;
  const end = begin + DURATION;
  const cluster = startCluster({
    size: SIZE,
    settings: presets[preset].settings,
    latency: ({ from, to }) =>
      now() >= begin && now() < end && isCut(Number(from.slice(1)), Number(to.slice(1))) ? undefined : 100,
  });
  now = () => cluster.clock.now();
  const arrivals = new Arrivals(cluster);
  for (let next = 0; now() < end; next++) {
    arrivals.broadcast(`n${(next * 7) % SIZE}`, next);
    arrivals.run(20);
  }
  arrivals.run(8000);
  return { values: arrivals.all(), members: [...cluster.nodes.keys()], end };
}

/** Cuts that leave two sides, and which side a member is on. */
const sides: Record<string, (member: number) => boolean> = {
  "the first half of the members": (member) => member < 12,
  "a third of them here and there": (member) => member % 3 === 1,
  "one member": (member) => member === 5,
};

/** Cuts that leave a way between any two members, but not a straight one. */
const detours: Record<string, Cut> = {
  "the root from half of the others, one way": (from, to) => from === 0 && to > 10,
  "the root from half of the others": (from, to) => Math.min(from, to) === 0 && Math.max(from, to) > 10,
  "all but the neighbours in a ring of majorities": (from, to) =>
    Math.min(Math.abs(from - to), SIZE - Math.abs(from - to)) > 6,
  "two halves but for one member that reaches both": (from, to) => from !== 12 && to !== 12 && from < 12 !== to < 12,
};

/** The tests of one preset, with cuts that begin at these times, in ms. */
export function partitionTests(preset: "frugal" | "default", begins: readonly number[]): void {
  describe.each(Object.keys(sides))("of %s from the others", (name) => {
    const isHere = sides[name] as (typeof sides)[string];
    it.each(begins)("keeps neither side from spreading its values, and heals soon (at %i ms)", (begin) => {
      const { values, members, end } = cutOff(preset, (from, to) => isHere(from) !== isHere(to), begin);
      for (const value of values) {
        const side = isHere(Number(value.acceptedBy.slice(1)));
        const friends = members.filter((id) => isHere(Number(id.slice(1))) === side);
        expect(lastOf(value, friends) - value.acceptedAt).toBeLessThan(4500);
        expect(lastOf(value, members)).toBeLessThan(Math.max(end, value.acceptedAt) + 3000 + ROUND);
      }
    });
  });

  describe.each(Object.keys(detours))("of %s", (name) => {
    it.each(begins)("keeps no value from a member to which there is a way (at %i ms)", (begin) => {
      const { values, members } = cutOff(preset, detours[name] as Cut, begin);
      for (const value of values) expect(lastOf(value, members) - value.acceptedAt).toBeLessThan(5000);
    });
  });
}
