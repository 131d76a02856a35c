import { describe, expect, it } from "vitest";
import { DRAWN, ROUND, started, watcher } from "./support/watching.js";

/** How long news takes to settle before members are compared, at most, in ms. */
const SETTLED = 2 * 2_000;
/** Longest delay of the first ping of a new successor, in ms. */
const FIRST_PING = 500;

describe("A change of members", () => {
  it("does nothing before its start", () => {
    const { clock, watch, taken, ahead } = watcher(5);
    watch.membersChanged();
    watch.disconnected(ahead(1));
    expect(clock.nextDue()).toBeUndefined();
    expect(taken()).toEqual([]);
  });

  it("sets no timer but that of the comparison if the successor stays the same", () => {
    const { clock, watch } = started(5);
    const since = clock.now();
    watch.membersChanged();
    expect(clock.nextDue()).toBe(since + 2_000 * (1 + DRAWN));
  });

  it("makes the node ping those behind a row of suspects that it does not ping yet, and only those", () => {
    const { clock, watch, become, taken, ahead } = started(9);
    for (const steps of [1, 2]) become(ahead(steps), "suspect");
    watch.membersChanged();
    clock.advance(FIRST_PING);
    expect(taken().map(({ to }) => to)).toEqual([3, 4].map(ahead));
    watch.heardFrom(ahead(4));
    become(ahead(3), "suspect");
    watch.membersChanged();
    clock.advance(FIRST_PING);
    expect(taken().map(({ to }) => to)).toEqual([5, 6].map(ahead));
  });

  it("leaves no timer when the node ends, however many changes there were", () => {
    const { clock, watch, become, taken, successor } = started(5);
    become(successor, "left");
    watch.membersChanged();
    watch.membersChanged();
    watch.close();
    expect(clock.nextDue()).toBeUndefined();
    clock.advance(SETTLED);
    expect(taken()).toEqual([]);
  });
});

it("Every ping of a node has a number of its own, above 0, whatever it is for", () => {
  const { clock, watch, taken, ahead } = started(5);
  const pings: number[] = [];
  for (let round = 1; round <= 3; round++) {
    watch.asked(ahead(2), { member: ahead(3), number: round });
    clock.advance(ROUND);
    pings.push(...taken().flatMap(({ body: { ping } }) => (ping === undefined ? [] : [ping])));
  }
  expect(Math.min(...pings)).toBeGreaterThan(0);
  expect(new Set(pings).size).toBe(pings.length);
});
