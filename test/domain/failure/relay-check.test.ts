import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { RelayCheck } from "../../../src/domain/failure/relay-check.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";

const ROUND = 500;
const ANSWER = 200;

/** `n1`, a child of `n0`, whose next downcast is due after `ROUND`. */
function child({ knowsRounds = true } = {}) {
  const clock = new FakeClock();
  const peers = new DeltaTracker({ values: new ValueLog("n1@1") });
  const probed: string[] = [];
  const place = { parent: "n0" };
  const check = new RelayCheck({
    clock,
    peers,
    pacer: {
      isParent: (member) => member === place.parent,
      nextDowncast: () => (knowsRounds ? ROUND : undefined),
      answerTime: () => ANSWER,
    },
    tree: { probe: (member) => probed.push(member) },
  });
  return { clock, peers, probed, place, check };
}

describe("RelayCheck", () => {
  it("probes a parent that is silent in the round after an early acknowledgement", () => {
    const { clock, probed, check } = child();
    check.requestAnswered("n0");
    clock.advance(ROUND + ANSWER - 1);
    expect(probed).toEqual([]);
    clock.advance(1);
    expect(probed).toEqual(["n0"]);
  });

  it("waits for what is left until that round", () => {
    const { clock, probed, check } = child();
    clock.advance(ROUND - 100);
    check.requestAnswered("n0");
    clock.advance(100 + ANSWER - 1);
    expect(probed).toEqual([]);
    clock.advance(1);
    expect(probed).toEqual(["n0"]);
  });

  it("does not if the parent speaks in that round", () => {
    const { clock, peers, probed, check } = child();
    check.requestAnswered("n0");
    clock.advance(ROUND);
    peers.of("n0").lastHeardAt = clock.now();
    clock.advance(10_000);
    expect(probed).toEqual([]);
  });

  it.each([
    ["another member has answered", () => child(), "n2"],
    ["the parent's rounds are unknown", () => child({ knowsRounds: false }), "n0"],
  ])("does nothing if %s", (_, make, member) => {
    const { clock, probed, check } = make();
    check.requestAnswered(member);
    expect(clock.nextDue()).toBe(undefined);
    expect(probed).toEqual([]);
  });

  it("does not probe a former parent, and leaves no timer when the session ends", () => {
    const { clock, probed, place, check } = child();
    check.requestAnswered("n0");
    place.parent = "n3";
    clock.advance(10_000);
    expect(probed).toEqual([]);
    place.parent = "n0";
    check.requestAnswered("n0");
    check.close();
    expect(clock.nextDue()).toBe(undefined);
  });

  it("checks once for several early acknowledgements in a round", () => {
    const { clock, probed, check } = child();
    check.requestAnswered("n0");
    clock.advance(10);
    check.requestAnswered("n0");
    clock.advance(10_000);
    expect(probed).toEqual(["n0"]);
  });

  it("does not count what the parent has said before that round", () => {
    const { clock, peers, probed, check } = child();
    check.requestAnswered("n0");
    clock.advance(ROUND - 1);
    peers.of("n0").lastHeardAt = clock.now();
    clock.advance(10_000);
    expect(probed).toEqual(["n0"]);
  });
});
