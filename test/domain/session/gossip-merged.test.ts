import { describe, expect, it } from "vitest";
import { ROUNDS } from "../../../src/domain/config.js";
import { LoneNode } from "../../support/lone-node.js";

/** Seven members with two children each: n1 and n2 below n0, n3 and n4 below n1, n5 and n6 below n2. */
const memberOfSeven = (self: string) => new LoneNode({ self, size: 7, settings: { fanOut: 2 } });

const PERIOD = 1_000;

describe("a value that its actor sends to everyone", () => {
  /** Messages of a node in the middle to its parent, which it owes an acknowledgement, in the seconds after a value of its child. */
  const toTheParent = (isDirect: boolean) => {
    const lone = memberOfSeven("n1");
    lone.peer("n0").gossips(["down"]);
    lone.peer("n3").gossips(["value"], isDirect ? { direct: true } : {});
    lone.run(3_000);
    return lone.sent.filter(({ to }) => to === "n0").length;
  };

  it("causes no message to others, which may still be owed an acknowledgement", () => {
    expect(toTheParent(false)).toBeGreaterThan(0);
    expect(toTheParent(true)).toBe(0);
  });

  it("is not acknowledged in a message of its own, whatever others send without new values", () => {
    const lone = memberOfSeven("n1");
    lone.peer("n3").gossips(["value"], { direct: true });
    lone.peer("n4").gossips([]);
    lone.run(10_000);
    expect([lone.sentOf("gossip_ok", "n3").length, lone.sentOf("gossip_ok", "n4").length]).toEqual([0, 1]);
  });
});

describe("the next downcast, while messages get lost", () => {
  const round = (number: number) => ({
    round: number,
    next: PERIOD,
    upcastBy: PERIOD,
    period: PERIOD,
    roundTrip: 100,
    spread: 0,
    lossy: true,
  });
  /** A leaf that has got a downcast of its parent, with values or without. */
  function afterDowncast(values: readonly string[]) {
    const lone = memberOfSeven("n3");
    const parent = lone.peer("n1");
    parent.gossips(values, { round: round(1) });
    lone.sent.length = 0;
    const questions = () => lone.sentOf("gossip", "n1").filter(({ body }) => body.ask === true).length;
    return { lone, parent, questions };
  }
  const MISSING = PERIOD + ROUNDS.leastPatience;

  it("is requested if it is missing after one with values, but not after one without", () => {
    const [full, empty] = [afterDowncast(["value"]), afterDowncast([])];
    for (const { lone } of [full, empty]) lone.run(MISSING);
    expect([full.questions(), empty.questions()]).toEqual([1, 0]);
  });

  it("is requested no more once the parent has answered, with values or without", () => {
    const [silent, answered] = [afterDowncast(["value"]), afterDowncast(["value"])];
    for (const { lone } of [silent, answered]) lone.run(MISSING);
    answered.parent.says({ type: "gossip_ok", incarnation: 1, ack: { incarnation: 1, ranges: [], held: 0 } });
    for (const { lone } of [silent, answered]) lone.run(1_000);
    expect([silent.questions(), answered.questions()]).toEqual([ROUNDS.downcastRequests, 1]);
  });
});
