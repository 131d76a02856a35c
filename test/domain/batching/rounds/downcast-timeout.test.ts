import { describe, expect, it } from "vitest";
import { DowncastTimeout } from "../../../../src/domain/batching/rounds/downcast-timeout.js";
import { FixedGuard } from "../../../../src/domain/batching/rounds/guard.js";
import { RoundPacer } from "../../../../src/domain/batching/rounds/round-pacer.js";
import { AlignedRounds } from "../../../../src/domain/batching/rounds/rounds.js";
import { Prober } from "../../../../src/domain/delta/prober.js";
import { RttEstimator } from "../../../../src/domain/delta/rtt-estimator.js";
import { soloMember } from "../../support/stubs.js";

const ROUND_TRIP = 200;
const PERIOD = 1_000;
const schedule = { round: 1, next: PERIOD, upcastBy: PERIOD, period: PERIOD };
/** When a downcast is missing that was due after one period, and how long the answer to a request takes. */
const MISSING = PERIOD + 60;
const ANSWER = ROUND_TRIP + 60;

/** A leaf below `n1`. While messages get lost, its parent says so. */
function leaf({ isLossy = true } = {}) {
  const solo = soloMember();
  const { clock, transport } = solo;
  const rtt = new RttEstimator(solo);
  rtt.hint(ROUND_TRIP, 0);
  const overlay = {
    parent: "n1" as string | undefined,
    children: [] as string[],
    shortcuts: [],
    height: 1,
    level: 1,
    heightBelow: 0,
  };
  const roundPacer = new RoundPacer(
    { clock, overlay, rtt, guard: new FixedGuard(40) },
    { budget: { median: 1_000, max: 2_000 }, acknowledgementDelay: 4_000 },
  );
  roundPacer.scheduleReceived("n1", { ...schedule, ...(isLossy && { lossy: true }) });
  const deps = { ...solo, rtt, overlay, roundPacer };
  const timeout = new DowncastTimeout(deps);
  /** When the parent was asked. */
  const requests: number[] = [];
  transport.send = (to, body) => {
    expect([to, body]).toMatchObject(["n1", { type: "gossip", ask: true }]);
    requests.push(clock.now());
  };
  return { ...deps, timeout, requests };
}

describe("DowncastTimeout", () => {
  it("requests a downcast that is missing, a few times, as long as no message of the parent comes", () => {
    const { clock, timeout, requests } = leaf();
    timeout.received("n1", schedule);
    clock.advance(60_000);
    expect(requests).toEqual([MISSING, MISSING + ANSWER, MISSING + 2 * ANSWER]);
  });

  it("requests nothing while no messages get lost, nor if the last downcast brought no values", () => {
    const calm = leaf({ isLossy: false });
    calm.timeout.received("n1", schedule);
    const idle = leaf();
    idle.timeout.received("n1");
    for (const { clock, requests } of [calm, idle]) {
      clock.advance(60_000);
      expect(requests).toEqual([]);
    }
  });

  it("awaits the next downcast once one came", () => {
    const { clock, timeout, requests } = leaf();
    timeout.received("n1", schedule);
    clock.advance(PERIOD);
    timeout.received("n1", schedule);
    clock.advance(MISSING - 1);
    expect(requests).toEqual([]);
    clock.advance(1);
    expect(requests).toEqual([PERIOD + MISSING]);
  });

  it("still awaits the downcast after another message of the parent, but none once the parent has answered a request", () => {
    const { clock, timeout, requests } = leaf();
    timeout.received("n1", schedule);
    clock.advance(PERIOD);
    timeout.received("n1");
    clock.advance(MISSING - PERIOD);
    expect(requests).toHaveLength(1);
    timeout.received("n1");
    clock.advance(3 * ANSWER);
    expect(requests).toHaveLength(1);
    // The next downcast that is missing is requested as often again.
    timeout.received("n1", schedule);
    clock.advance(60_000);
    expect(requests).toHaveLength(4);
  });

  it("takes no notice of other members, nor of a parent that is none any more", () => {
    const other = leaf();
    other.timeout.received("n2", schedule);
    const former = leaf();
    former.timeout.received("n1", schedule);
    former.timeout.received("n2");
    former.overlay.parent = undefined;
    for (const { clock, requests } of [other, former]) {
      clock.advance(60_000);
      expect(requests).toEqual([]);
    }
  });

  it("requests nothing after it was closed", () => {
    const { clock, timeout, requests } = leaf();
    timeout.close();
    timeout.received("n1", schedule);
    clock.advance(MISSING);
    timeout.close();
    clock.advance(60_000);
    expect(requests).toHaveLength(1);
    expect(clock.nextDue()).toBeUndefined();
  });
});

describe("AlignedRounds", () => {
  it("passes the events of rounds on to the parts that they concern", () => {
    const found = leaf({ isLossy: false });
    const { clock, roundPacer, requests } = found;
    const rounds = new AlignedRounds({ ...found, prober: new Prober(found) });
    expect(rounds.infeasibility()).toBeUndefined();
    clock.advance(PERIOD + 30);
    expect(rounds.scheduleReceived("n1", { ...schedule, round: 2 })).toBe(30);
    clock.advance(10_000);
    expect(roundPacer.isCalm).toBe(true);
    rounds.ackRequested();
    expect([roundPacer.isCalm, roundPacer.isLossy]).toEqual([false, false]);
    for (let round = 0; round < 2; round++) {
      rounds.lossDetected();
      clock.advance(PERIOD);
    }
    expect(roundPacer.isLossy).toBe(true);
    rounds.downcastReceived("n1", schedule);
    clock.advance(MISSING);
    expect(requests).toHaveLength(1);
    rounds.close();
    clock.advance(60_000);
    expect(requests).toHaveLength(1);
  });

  it("measures a round trip as the root, and tells whether rounds keep the budget", () => {
    const found = leaf();
    Object.assign(found.overlay, { parent: undefined, children: ["n1", "n2"], level: 0, heightBelow: 1 });
    const rtt = new RttEstimator(found);
    const probed: string[] = [];
    found.transport.send = (to) => void probed.push(to);
    const rounds = new AlignedRounds({ ...found, rtt, prober: new Prober(found) });
    rounds.start();
    expect(probed).toEqual(["n1"]);
    rounds.rttMeasured();
    found.clock.advance(60_000);
    expect(probed).toEqual(["n1"]);
    found.rtt.hint(5_000, 0);
    expect(rounds.infeasibility()?.text).toContain("no room for rounds");
    const closed = new AlignedRounds({ ...found, rtt, prober: new Prober(found) });
    closed.start();
    closed.close();
    found.clock.advance(60_000);
    expect(probed).toEqual(["n1", "n1"]);
  });
});
