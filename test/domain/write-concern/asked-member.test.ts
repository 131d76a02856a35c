import { describe, expect, it } from "vitest";
import { WRITE_CONCERN } from "../../../src/domain/config.js";
import { OWN, collectingRoot as root } from "../support/collecting-root.js";

const VECTOR = [["n1@1", [[1, 1]]]] as const;

/** The root of five members after a question of `n1` about its first value, whose journal takes `syncTime` ms. */
function asked({ count, syncTime = 0 }: { readonly count: number; readonly syncTime?: number }) {
  const node = root({ syncTime, members: ["n0", "n1", "n2", "n3", "n4"] });
  node.gets("n1", "x");
  node.asks("n1", "n1@1", 1, count);
  const n2Names = (...by: string[]) => node.confirmation.repliesReceived("n2", [{ by, vector: VECTOR }]);
  /** The holders in each reply to \`n1\` within the time, in ms. */
  const namedWithin = (time: number) => {
    node.clock.advance(time);
    return node.told().map(({ by }) => by.toSorted());
  };
  return { ...node, n2Names, namedWithin };
}

describe("a member that is asked about a value which its journal still writes", () => {
  it("names no other holder before the value is durable here", () => {
    const { n2Names, namedWithin } = asked({ count: 2, syncTime: 50 });
    n2Names("n2");
    expect(namedWithin(49)).toEqual([]);
    expect(namedWithin(1)).toEqual([["n0", "n2"]]);
  });

  it("does not answer if the member that asked has restarted meanwhile", () => {
    const { confirmation, namedWithin } = asked({ count: 1, syncTime: 50 });
    confirmation.peerRestarted("n1");
    expect(namedWithin(1_000)).toEqual([]);
  });

  it("answers a repeated question once, even if another member's reply has answered it before", () => {
    const { asks, n2Names, namedWithin } = asked({ count: 1, syncTime: 50 });
    expect(namedWithin(50)).toEqual([["n0"]]);
    asks("n1", "n1@1", 1, 1);
    n2Names("n2");
    expect(namedWithin(1_000)).toEqual([["n0", "n2"]]);
  });
});

describe("a member that asks and has the value itself", () => {
  it("is neither named to itself nor counted", () => {
    const { n2Names, namedWithin } = asked({ count: 3 });
    n2Names("n1", "n2");
    expect(namedWithin(0)).toEqual([["n0", "n2"]]);
    n2Names("n3");
    expect(namedWithin(0)).toEqual([["n0", "n2", "n3"]]);
  });
});

describe("the question of a member that leaves", () => {
  it("is forgotten at once, and its timer has no effect on other questions", () => {
    const { clock, identity, confirmation } = asked({ count: 5 });
    identity.membersChanged(["n0", "n2"]);
    confirmation.membersChanged();
    expect(confirmation.isQuerying).toBe(false);
    clock.advance(WRITE_CONCERN.queryMemory);
    expect(confirmation.isQuerying).toBe(false);
  });
});

describe("a node that does not take part", () => {
  it("does not pass a question on, not even later", () => {
    const { clock, router, confirmation, gets, asks, questions } = root();
    confirmation.close();
    gets("n1", "x");
    asks("n1", "n1@1", 1, 5);
    confirmation.connect(router);
    clock.advance(1_000);
    expect(questions()).toEqual([]);
  });

  it("sets no timer for replies", () => {
    const { clock, log, confirmation } = root();
    confirmation.close();
    log.accept("a", 0);
    confirmation.await(OWN, 1, { nodes: "all", timeout: 60_000 }, () => {});
    const search = clock.nextDue();
    expect(confirmation.query("n1", [[OWN, 1, 1]], false)).toBeDefined();
    expect(clock.nextDue()).toBe(search);
  });
});
