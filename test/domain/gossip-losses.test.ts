import { describe, expect, it } from "vitest";
import { PEER, ROUNDS } from "../../src/domain/config.js";
import type { Gossip } from "../../src/domain/messages.js";
import { LoneNode } from "../support/lone-node.js";

/** Seven members with two children each: n1 and n2 below n0, n3 and n4 below n1, n5 and n6 below n2. */
const memberOfSeven = (self: string, mode: "rounds" | "eager" = "rounds") =>
  new LoneNode({ self, size: 7, settings: { fanOut: 2, mode } });

describe("a gap in the numbers of a member's messages", () => {
  /** Whether the root reports losses to its children after messages of a child with these numbers and pauses. */
  function reportsLosses(pause: number, ...numbers: readonly number[]) {
    const lone = memberOfSeven("n0");
    for (const number of numbers) {
      lone.peer("n1").gossips([], { number, values: [`${number}`], dots: [["n1@1", number, 1]], ages: [0] });
      lone.run(pause);
    }
    lone.run(3_000);
    return lone.sentOf("gossip", "n2").at(-1)?.body.round?.lossy;
  }

  it("is a loss, and several of them make the network count as lossy", () => {
    expect(reportsLosses(2_000, 1, 2, 3, 4, 5)).toBeUndefined();
    expect(reportsLosses(2_000, 1, 3, 5)).toBe(true);
  });

  it("is no loss after a long silence, since the outage is over", () => {
    expect(3 * PEER.outage).toBeGreaterThan(ROUNDS.lossMemory);
    expect(reportsLosses(PEER.outage, 1, 3, 5)).toBeUndefined();
    expect(reportsLosses(PEER.outage - 1, 1, 3, 5)).toBe(true);
  });
});

describe("a member's request for an acknowledgement", () => {
  it("shows that messages are lost that it does not acknowledge itself, once a round trip has passed", () => {
    const sentAfter = (more: Partial<Gossip>) => {
      const lone = memberOfSeven("n3", "eager");
      lone.accept("one");
      lone.run(100);
      lone.peer("n0").acknowledges();
      lone.accept("two");
      lone.run(200);
      lone.peer("n0").gossips(["value"], { ack: { incarnation: 1, ranges: [[1, 1]], held: 0 }, ...more });
      lone.run(10);
      return lone.valuesTo("n0");
    };
    expect(sentAfter({})).toEqual(["one", "two"]);
    expect(sentAfter({ ask: true })).toEqual(["one", "two", "two"]);
  });

  it("may mean that messages get lost, so the node has its answers acknowledged for some time", () => {
    const questions = (more: Partial<Gossip>) => {
      const lone = memberOfSeven("n0");
      const [child, other] = [lone.peer("n1"), lone.peer("n2")];
      child.gossips(["first"], more);
      let acknowledged = 0;
      for (let passed = 0; passed < 10_000; passed += 50) {
        lone.run(50);
        const { length } = lone.sentOf("gossip", "n2");
        if (length > acknowledged) other.acknowledges();
        acknowledged = length;
        if (passed !== 1_000) continue;
        child.gossips(["second"]);
        lone.accept("down");
      }
      return lone.sentOf("gossip", "n1").filter(({ body }) => body.ask === true).length;
    };
    expect(questions({})).toBe(0);
    expect(questions({ ask: true })).toBeGreaterThan(0);
  });
});

describe("a message that answers one of a child", () => {
  /** Whether the root's next message to the child says that it answers it. */
  const isAnswer = (values: readonly string[], more: Partial<Gossip> = {}) => {
    const lone = memberOfSeven("n0");
    lone.peer("n1").gossips(values, more);
    lone.accept("down");
    lone.run(1_000);
    return lone.sentOf("gossip", "n1")[0]?.body.answer;
  };

  it("says so only if the child requests it should it get lost", () => {
    expect(isAnswer(["up"])).toBe(true);
    // The child awaits no answer to these, or the stability vector may replace it.
    expect(isAnswer([])).toBeUndefined();
    expect(isAnswer(["up"], { direct: true })).toBeUndefined();
  });
});

describe("an acknowledgement of a member that has taken the node for its parent", () => {
  const passesOn = (more: { up?: boolean }) => {
    const lone = memberOfSeven("n1");
    lone.peer("n5").gossips([], { up: true });
    lone.peer("n5").says({ type: "gossip_ok", incarnation: 1, ack: { incarnation: 1, ranges: [], held: 0 }, ...more });
    lone.accept("value");
    lone.run(3_000);
    return lone.valuesTo("n5").includes("value");
  };

  it("says whether it still does", () => {
    expect([passesOn({ up: true }), passesOn({})]).toEqual([true, false]);
  });
});

describe("a member that claims to have a value which the node accepts only later", () => {
  it("gets it all the same", () => {
    const lone = memberOfSeven("n3");
    lone.peer("n1").gossips([], { values: ["forged"], dots: [["n3@1", 1, 1]], ages: [0] });
    lone.accept("mine");
    lone.run(2_000);
    expect(new Set(lone.valuesTo("n1"))).toEqual(new Set(["mine"]));
  });
});

describe("a message that a member claims to send to everyone", () => {
  it("is passed on if one of its values is by another member", () => {
    const lone = memberOfSeven("n0");
    const dots = [
      ["n1@1", 1, 1],
      ["n4@1", 1, 1],
    ] as const;
    lone.peer("n1").gossips([], { values: ["own", "another's"], dots, ages: [0, 0], direct: true });
    lone.run(3_000);
    expect(new Set(lone.valuesTo("n2"))).toEqual(new Set(["own", "another's"]));
  });
});
