import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import { CatchUp } from "../../../src/domain/anti-entropy/catch-up.js";

const LONGEST = 8_000;

function started({ partners = 9, comparesFirst = false, hasPartners = true } = {}) {
  const clock = new FakeClock();
  const requests: number[] = [];
  const compare = () => {
    requests.push(clock.now());
    return hasPartners ? "n9" : undefined;
  };
  const catchUp = new CatchUp(
    { clock, random: new SeededRandom(1) },
    { comparesFirst, compare, partners: () => partners, longestPause: LONGEST },
  );
  catchUp.start();
  return { clock, catchUp, requests };
}

describe("CatchUp", () => {
  it("asks once nobody has spoken to the node for a while, at pauses that double", () => {
    const { clock, catchUp, requests } = started();
    clock.advance(42_000);
    const [first = 0, ...others] = requests;
    expect(first).toBeGreaterThanOrEqual(6_000);
    expect(first).toBeLessThan(12_000);
    expect(others.slice(0, 6).map((at) => Math.round(at - first))).toEqual([500, 1500, 3500, 7500, 15_500, 23_500]);
    expect(catchUp.isUnderWay).toBe(true);
  });

  it("ends when a member speaks, and when a member compares that has caught up", () => {
    for (const end of [
      (catchUp: CatchUp) => catchUp.heardFrom("n1"),
      (catchUp: CatchUp) => catchUp.compared("n1", false, true),
      (catchUp: CatchUp) => catchUp.end(),
    ]) {
      const { clock, catchUp, requests } = started();
      end(catchUp);
      clock.advance(60_000);
      expect(requests).toEqual([]);
      expect(catchUp.isUnderWay).toBe(false);
    }
  });

  it("compares if a member that started long before it speaks, even if others speak too", () => {
    const { clock, catchUp, requests } = started();
    catchUp.heardFrom("n1", true);
    catchUp.heardFrom("n2");
    clock.advance(12_000);
    expect(requests.length).toBeGreaterThan(0);
    catchUp.compared("n2", false, true);
    expect(catchUp.isUnderWay).toBe(false);
  });

  it("goes on after a member that is catching up as well, even if that member sends gossip", () => {
    const { clock, catchUp, requests } = started();
    catchUp.compared("n1", true, true);
    catchUp.heardFrom("n1");
    clock.advance(12_000);
    expect(requests.length).toBeGreaterThan(0);
    catchUp.compared("n1", false, true);
    expect(catchUp.isUnderWay).toBe(false);
  });

  it("ends after several of them, or all if there are fewer: the whole cluster has just been started", () => {
    for (const [partners, needed] of [
      [9, 2],
      [2, 2],
    ] as const) {
      const { catchUp } = started({ partners });
      for (let member = 1; member < needed; member++) catchUp.compared(`n${member}`, true, true);
      catchUp.compared("n1", true, true);
      expect(catchUp.isUnderWay).toBe(true);
      catchUp.compared(`n${needed}`, true, true);
      expect(catchUp.isUnderWay).toBe(false);
    }
  });

  it("begins at once, and ends with a comparison only, if it has to compare first", () => {
    const { clock, catchUp, requests } = started({ comparesFirst: true });
    catchUp.heardFrom("n1");
    clock.advance(1_000);
    expect(requests.length).toBeGreaterThan(0);
    catchUp.compared("n1", false, true);
    expect(catchUp.isUnderWay).toBe(false);
  });

  it("leaves no timer behind and stays quick if it is started again while it is under way", () => {
    const { clock, catchUp, requests } = started();
    catchUp.startSoon();
    catchUp.start();
    clock.advance(500);
    expect(requests).toHaveLength(1);
    catchUp.end();
    clock.advance(60_000);
    expect(requests).toHaveLength(1);
  });

  it("asks no more once there is no member to ask", () => {
    const { clock, requests } = started({ hasPartners: false });
    clock.advance(60_000);
    expect(requests).toHaveLength(1);
    expect(clock.nextDue()).toBeUndefined();
  });

  it("does not end with what a member told an earlier life of the node, unless this life has asked the member as well", () => {
    const { clock, catchUp, requests } = started();
    catchUp.compared("n9", false, false);
    expect(catchUp.isUnderWay).toBe(true);
    clock.advance(12_000);
    expect(requests.length).toBeGreaterThan(0);
    catchUp.compared("n9", false, false);
    expect(catchUp.isUnderWay).toBe(false);
  });
});
