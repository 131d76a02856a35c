import { describe, expect, it } from "vitest";
import type { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { DRAWN, PATIENCE, ROUND, started, watcher } from "./support/watching.js";

describe("PingWatch", () => {
  it("pings the successor soon after the start, once news has settled, and in every round", () => {
    const { clock, watch, directory, taken, ahead } = watcher(5);
    watch.start();
    clock.advance(5 * ROUND - 1);
    const pings = taken();
    const first = ROUND * DRAWN;
    // Silence lets the first check end in a failure, so each ping here is the first of its check.
    const checks = pings.filter(({ body }) => body.hash !== undefined);
    expect(new Set(checks.map(({ to }) => to))).toEqual(new Set([ahead(1)]));
    expect(checks.map(({ at }) => at)).toEqual([500 * DRAWN, ...[0, 1, 2, 3, 4].map((round) => first + round * ROUND)]);
    expect(checks[0]?.body).toEqual({ ping: 1, hash: directory.fingerprint });
    expect(checks.map(({ body }) => body.ping)).toEqual([1, 3, 5, 7, 9, 11]);
  });

  it("pings no member before the start, nor after the end", () => {
    const { clock, watch, taken, become, ahead } = watcher(5);
    watch.close();
    watch.membersChanged();
    watch.disconnected(ahead(1));
    clock.advance(60_000);
    expect(taken()).toEqual([]);
    expect(clock.nextDue()).toBeUndefined();
    watch.start();
    watch.disconnected(ahead(1));
    clock.advance(500);
    watch.asked(ahead(2), { member: ahead(3), number: 7 });
    taken();
    watch.disconnected(ahead(2));
    watch.close();
    become("n9", "alive");
    watch.membersChanged();
    watch.disconnected(ahead(1));
    watch.acknowledged(5, ahead(3));
    clock.advance(60_000);
    expect(taken()).toEqual([]);
    expect(clock.nextDue()).toBeUndefined();
  });

  it("asks three helpers to ping a silent member, and reports it if they fail as well", () => {
    const { clock, draws, taken, failed, successor, ahead } = started(9);
    clock.advance(ROUND - 1);
    taken();
    // The successor itself is drawn as well, and one helper twice.
    draws.push(0, 1 / 8, 1 / 8, 3 / 8, 7 / 8);
    clock.advance(1 + PATIENCE);
    const [ping, ...asked] = taken();
    const number = (ping?.body.ping ?? 0) + 1;
    expect(ping?.to).toBe(successor);
    expect(asked.map(({ to, body }) => [to, body])).toEqual([
      ...[2, 4, 8].map((steps) => [ahead(steps), { ask: { member: successor, number } }]),
      [successor, { ping: number }],
    ]);
    clock.advance(PATIENCE - 1);
    expect(failed).toEqual([]);
    clock.advance(1);
    expect(failed).toEqual([[successor, 10_000]]);
  });

  it("asks only helpers that are alive, and fewer if there are not enough", () => {
    const { clock, draws, taken, become, successor, ahead } = started(4);
    become(ahead(2), "suspect");
    clock.advance(ROUND);
    taken();
    draws.push(...Array<number>(9).fill(1 / 3), 2 / 3);
    clock.advance(PATIENCE);
    expect(taken().map(({ to }) => to)).toEqual([successor]);
    clock.advance(ROUND - PATIENCE);
    taken();
    draws.push(...Array<number>(8).fill(1 / 3), 2 / 3);
    clock.advance(PATIENCE);
    expect(taken().map(({ to }) => to)).toEqual([ahead(3), successor]);
  });

  it.each([0, 1])("counts an answer to either ping, from the member or by a helper (ping %d)", (which) => {
    const { clock, watch, taken, failed, successor } = started(5);
    clock.advance(ROUND + PATIENCE);
    const number = taken().filter(({ to }) => to === successor)[which]?.body.ping as number;
    watch.acknowledged(number, successor);
    clock.advance(ROUND - PATIENCE - 1);
    expect(failed).toEqual([]);
  });

  it.each([-1, 2])("does not count an answer to another ping (%d after the first)", (offset) => {
    const { clock, watch, taken, failed, successor, ahead } = started(5);
    clock.advance(ROUND);
    const number = taken().at(0)?.body.ping as number;
    watch.acknowledged(number + offset, successor);
    watch.acknowledged(number, ahead(2));
    clock.advance(2 * PATIENCE);
    expect(failed).toEqual([[successor, 10_000]]);
  });

  it("counts any message of the member as an answer", () => {
    const { clock, watch, failed, successor } = started(5);
    clock.advance(ROUND + 1);
    watch.heardFrom(successor);
    clock.advance(2 * PATIENCE);
    expect(failed).toEqual([]);
  });

  it("forgets a check of a member that is suspected already, or gone", () => {
    for (const state of ["suspect", "lost", "left"] as const) {
      const { clock, watch, become, failed, taken, successor } = started(5);
      clock.advance(ROUND + 1);
      become(successor, state);
      watch.membersChanged();
      taken();
      clock.advance(2 * PATIENCE);
      expect(failed).toEqual([]);
      expect(taken().filter(({ to }) => to === successor)).toEqual([]);
    }
  });

  it("goes on with the check of a member that is there, when others change", () => {
    const { clock, watch, become, failed, successor, ahead } = started(5);
    clock.advance(ROUND + 1);
    become(ahead(3), "left");
    watch.membersChanged();
    clock.advance(2 * PATIENCE);
    expect(failed).toEqual([[successor, 10_000]]);
  });

  it("pings a new successor soon, but no member that it pings already", () => {
    const { clock, watch, become, taken, successor } = started(5);
    watch.membersChanged();
    clock.advance(500);
    expect(taken()).toEqual([]);
    become(successor, "left");
    watch.membersChanged();
    clock.advance(500 * DRAWN - 1);
    expect(taken()).toEqual([]);
    watch.membersChanged();
    clock.advance(1);
    const [ping, ...others] = taken();
    expect([ping?.to !== successor, ping?.body.hash !== undefined, others]).toEqual([true, true, []]);
  });

  it("pings as many members behind a row of suspects as there are suspects in it", () => {
    const { clock, become, taken, ahead } = started(9);
    for (const steps of [1, 2, 4]) become(ahead(steps), "suspect");
    const members = [3, 5, 6].map(ahead);
    clock.advance(ROUND);
    expect(taken().map(({ to }) => to)).toEqual(members);
  });

  it("pings the others once each if the rest are suspects", () => {
    const { clock, become, taken, ahead } = started(5);
    for (const steps of [1, 2, 3]) become(ahead(steps), "suspect");
    clock.advance(ROUND);
    expect(taken().map(({ to }) => to)).toEqual([ahead(4)]);
  });

  it("pings its successor once changes have settled, to compare the members", () => {
    const { clock, watch, taken, successor, directory } = started(5);
    watch.compareLater();
    clock.advance(100);
    watch.compareLater();
    clock.advance(2_000 * (1 + DRAWN) - 101);
    expect(taken()).toEqual([]);
    clock.advance(1);
    const pings = taken();
    expect(pings.map(({ to, body }) => [to, body.hash])).toEqual([[successor, directory.fingerprint]]);
    watch.heardFrom(successor);
    watch.compareLater();
    clock.advance(2_000 * (1 + DRAWN));
    expect(taken()).toHaveLength(1);
  });

  it("compares with no member while it is alone", () => {
    const { clock, watch, taken } = watcher(1);
    watch.start();
    clock.advance(10 * ROUND);
    expect(taken()).toEqual([]);
  });

  describe("after it has lost a connection", () => {
    it("pings the member soon, and has less patience", () => {
      const { clock, watch, taken, failed, successor } = started(5);
      watch.disconnected(successor);
      clock.advance(200 * DRAWN - 1);
      expect(taken()).toEqual([]);
      clock.advance(1);
      expect(taken().map(({ to }) => to)).toEqual([successor]);
      clock.advance(500 - 1);
      expect(taken()).toEqual([]);
      clock.advance(1);
      expect(taken().length).toBeGreaterThan(1);
      clock.advance(1_000 - 1);
      expect(failed).toEqual([]);
      clock.advance(1);
      expect(failed).toEqual([[successor, 2_000]]);
    });

    it("begins a check anew that has more patience, but not one that has less", () => {
      const { clock, watch, taken, failed, successor } = started(5);
      clock.advance(ROUND + 100);
      taken();
      for (let times = 0; times < 2; times++) {
        watch.disconnected(successor);
        clock.advance(200 * DRAWN);
      }
      expect(taken().map(({ to }) => to)).toEqual([successor]);
      clock.advance(500 + 1_000 - 200 * DRAWN);
      expect(failed).toEqual([[successor, 2_000]]);
      clock.advance(PATIENCE);
      expect(failed).toHaveLength(1);
    });

    it("leaves a member to others that is not linked with it on the ring", () => {
      const { clock, watch, taken, ahead } = started(9);
      watch.disconnected(ahead(3));
      clock.advance(200);
      expect(taken()).toEqual([]);
      watch.disconnected(ahead(4));
      clock.advance(200);
      expect(taken().map(({ to }) => to)).toEqual([ahead(4)]);
    });

    it("does not ping a member that left meanwhile", () => {
      const { clock, watch, become, taken, successor } = started(5);
      watch.disconnected(successor);
      become(successor, "left");
      clock.advance(200);
      expect(taken()).toEqual([]);
    });
  });

  describe("if another member asks for help", () => {
    it("pings the member, and passes the answer on, once", () => {
      const { watch, taken, ahead } = started(5);
      watch.asked(ahead(2), { member: ahead(3), number: 77 });
      const [ping, ...others] = taken();
      expect([ping?.to, Object.keys(ping?.body ?? {}), others]).toEqual([ahead(3), ["ping"], []]);
      const number = ping?.body.ping as number;
      watch.acknowledged(number + 1, ahead(3));
      expect(taken()).toEqual([]);
      watch.acknowledged(number, ahead(3));
      watch.acknowledged(number, ahead(3));
      expect(taken().map(({ to, body }) => [to, body])).toEqual([[ahead(2), { ack: 77, of: ahead(3) }]]);
    });

    it("gives each ping another number", () => {
      const { watch, taken, ahead } = started(5);
      for (const number of [7, 8]) watch.asked(ahead(2), { member: ahead(3), number });
      const [one, other] = taken().map(({ body }) => body.ping as number);
      expect(one).not.toBe(other);
      watch.acknowledged(other as number, ahead(3));
      expect(taken().map(({ body }) => body.ack)).toEqual([8]);
    });

    it("ignores the question if the member is gone, or unknown", () => {
      const { watch, become, taken, ahead } = started(5);
      const member = ahead(3);
      become(member, "left");
      watch.asked(ahead(2), { member, number: 1 });
      watch.asked(ahead(2), { member: "x", number: 2 });
      expect(taken()).toEqual([]);
    });

    it("keeps a limited number of questions, and forgets them after a while", () => {
      const { clock, watch, taken, ahead } = started(5);
      const ask = (number: number) => watch.asked(ahead(2), { member: ahead(3), number });
      for (let number = 0; number <= 1_000; number++) ask(number);
      const pings = taken();
      expect(pings).toHaveLength(1_000);
      clock.advance(5_000 - 1);
      ask(9_000);
      expect(taken()).toEqual([]);
      clock.advance(1);
      ask(9_001);
      expect(taken()).toHaveLength(1);
      watch.acknowledged(pings[0]?.body.ping as number, ahead(3));
      expect(taken()).toEqual([]);
    });
  });

  describe("if the node was paused", () => {
    /** Lets timers of this length run late. */
    function delay(clock: FakeClock, timer: number, late: number): void {
      const { schedule } = clock;
      clock.schedule = (delay, task) => schedule.call(clock, delay === timer ? delay + late : delay, task);
    }

    it.each([
      [250, true],
      [250 + 1, false],
    ])("takes silence for a failure only if its timer is %d ms late at most", (late, isFailure) => {
      const { clock, failed, taken, successor } = started(5);
      clock.advance(ROUND - 1);
      taken();
      delay(clock, PATIENCE, late);
      clock.advance(1 + PATIENCE + late);
      const again = taken().filter(({ to, body }) => to === successor && body.hash !== undefined);
      // The check begins anew otherwise.
      expect(again).toHaveLength(isFailure ? 1 : 2);
      clock.advance(PATIENCE + late);
      expect(failed).toHaveLength(isFailure ? 1 : 0);
    });
  });
});
