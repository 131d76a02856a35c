import { describe, expect, it } from "vitest";
import { LoneNode, type Peer } from "../support/lone-node.js";

/** Seven members with two children each: n1 and n2 below n0, n3 and n4 below n1, n5 and n6 below n2. */
const memberOfSeven = (self: string) => new LoneNode({ self, size: 7, settings: { fanOut: 2 } });

/** Lets the time pass while the member speaks, in ms. */
function runWhileSpeaking(lone: LoneNode, member: Peer, duration: number): void {
  for (let passed = 0; passed < duration; passed += 100) {
    member.gossips();
    lone.run(100);
  }
}

/** The leaf n3 of seven once its parent n1 is a suspect, so that n0 is the parent. */
function orphan() {
  const lone = memberOfSeven("n3");
  lone.accept("up");
  lone.runUntilSuspected("n1");
  return lone;
}

describe("a parent that does not answer", () => {
  it("is replaced by its own parent, which is told so, and the operator too", () => {
    const lone = memberOfSeven("n3");
    lone.peer("n1").gossips(["down"]);
    lone.accept("up");
    lone.runUntilSuspected("n1");
    lone.run(100);
    expect(lone.lines).toEqual(["n1 is unreachable; using n0 as parent"]);
    expect(lone.sentOf("gossip", "n0").at(-1)?.body).toMatchObject({ up: true });
    expect(lone.valuesTo("n0")).toContain("up");
  });

  it("is asked what it has by the new child at once", () => {
    const lone = orphan();
    lone.run(100);
    expect(lone.sentOf("digest", "n0")[0]?.body).toMatchObject({ verify: true, suspects: ["n1"] });
  });

  it("may have passed on nothing since it was last heard of: the new parent gets all of that again", () => {
    const lone = memberOfSeven("n3");
    const parent = lone.peer("n1");
    lone.accept("passed on, perhaps");
    lone.run(100);
    parent.acknowledges();
    lone.run(6000);
    lone.accept("never acknowledged");
    lone.runUntilSuspected("n1");
    lone.run(100);
    expect(lone.valuesTo("n0")).toEqual(expect.arrayContaining(["passed on, perhaps", "never acknowledged"]));
  });

  it("has passed on what is old, so the new parent does not get that again", () => {
    const lone = memberOfSeven("n3");
    const parent = lone.peer("n1");
    lone.accept("old");
    lone.run(100);
    parent.acknowledges();
    lone.run(60_000);
    parent.gossips();
    lone.accept("new");
    lone.runUntilSuspected("n1");
    lone.run(100);
    expect(lone.valuesTo("n0")).toEqual(["new"]);
  });

  it("is the parent again as soon as it speaks, and is asked what it has missed", () => {
    const lone = orphan();
    lone.run(100);
    const asked = lone.sentOf("digest", "n1").length;
    lone.peer("n1").gossips(["back"]);
    lone.run(100);
    expect(lone.node.status().suspects).toEqual([]);
    expect(lone.lines.at(-1)).toBe("n1 is reachable again; using n1 as parent");
    expect(lone.sentOf("digest", "n1").length).toBe(asked + 1);
  });

  it("is asked for acknowledgements again after this node has taken a new incarnation, which has no suspects", () => {
    const lone = orphan();
    const before = lone.valuesTo("n1").length;
    lone.peer("n0").says({ type: "stale", incarnation: 1, known: 5 });
    lone.run(5000);
    expect(lone.valuesTo("n1").slice(before, before + 2)).toEqual(["up", "up"]);
  });
});

describe("a node without anyone above it that answers", () => {
  it("takes itself for the root", () => {
    const lone = memberOfSeven("n1");
    lone.accept("up");
    lone.runUntilSuspected("n0");
    expect(lone.node.status()).toMatchObject({ root: "n1", suspects: ["n0"] });
    expect(lone.lines).toContain("n0 is unreachable; this node is the root now");
  });

  it("is the root already when another member falls silent, and does not say it again", () => {
    const lone = memberOfSeven("n0");
    lone.accept("down");
    lone.runUntilSuspected("n1");
    expect(lone.lines).toContain("n1 is unreachable");
    expect(lone.lines.join()).not.toContain("root now");
  });

  it("speaks to the other part of the tree as the root", () => {
    const lone = memberOfSeven("n1");
    lone.accept("up");
    lone.runUntilSuspected("n0");
    lone.run(2000);
    expect(lone.valuesTo("n2")).toContain("up");
  });
});

describe("a member that takes this one for its parent though it is not", () => {
  it("becomes a child, and gets what it lacks", () => {
    const lone = memberOfSeven("n1");
    lone.accept("value");
    lone.peer("n5").gossips([], { up: true });
    lone.run(3000);
    expect(lone.valuesTo("n5")).toContain("value");
  });

  it("makes this node look after its own parent, which may be why", () => {
    const lone = memberOfSeven("n1");
    lone.run(1000);
    lone.peer("n5").gossips([], { up: true });
    lone.run(10);
    expect(lone.sentOf("probe", "n0")).toHaveLength(1);
  });

  it("makes this node look after its parent once, however often it says so", () => {
    const lone = memberOfSeven("n1");
    lone.run(1000);
    const child = lone.peer("n5");
    for (let message = 0; message < 3; message++) {
      child.gossips([], { up: true });
      lone.peer("n0").gossips();
      lone.run(1000);
    }
    expect(lone.sentOf("probe", "n0")).toHaveLength(1);
  });

  it("gets once more what was on its way to it when it turned elsewhere, should it come back", () => {
    const lone = memberOfSeven("n1");
    const child = lone.peer("n5");
    child.gossips([], { up: true });
    lone.accept("value");
    lone.run(2000);
    const before = lone.valuesTo("n5").length;
    expect(before).toBeGreaterThan(0);
    child.gossips([]);
    lone.run(50);
    child.gossips([], { up: true });
    lone.run(700);
    expect(lone.valuesTo("n5").slice(before)).toEqual(["value"]);
  });
});

describe("a suspect that the parent no longer names", () => {
  it("is probed at once, and after 20 s again if it stays silent", () => {
    const lone = orphan();
    const parent = lone.peer("n0");
    parent.digests([], { suspects: ["n1"] });
    lone.run(1_500);
    const before = lone.sentOf("probe", "n1").length;
    parent.digests([], { suspects: [] });
    lone.run(10);
    expect(lone.sentOf("probe", "n1")).toHaveLength(before + 1);
    runWhileSpeaking(lone, parent, 19_900);
    expect(lone.sentOf("probe", "n1")).toHaveLength(before + 1);
    runWhileSpeaking(lone, parent, 200);
    expect(lone.sentOf("probe", "n1")).toHaveLength(before + 2);
  });

  it("is probed every 1.5 s at the most, however often the parent names it and leaves it out", () => {
    const lone = orphan();
    lone.run(1_500);
    const before = lone.sentOf("probe", "n1").length;
    for (let passed = 0; passed < 15_000; passed += 100) {
      lone.peer("n0").digests([], { suspects: ["n1"] });
      lone.peer("n0").digests([], { suspects: [] });
      lone.run(100);
    }
    expect(lone.sentOf("probe", "n1")).toHaveLength(before + 11);
  });

  it("is not probed at once if the parent has never named it, or names it still", () => {
    const lone = orphan();
    lone.run(1_500);
    const before = lone.sentOf("probe", "n1").length;
    for (const suspects of [[], ["n1"], ["n1"]]) {
      lone.peer("n0").digests([], { suspects });
      lone.run(100);
    }
    expect(lone.sentOf("probe", "n1")).toHaveLength(before);
  });

  it("is not probed at once if that is the word of a member other than the parent, or of a list cut short", () => {
    const lone = orphan();
    lone.peer("n0").digests([], { suspects: ["n1"] });
    lone.run(1_500);
    const before = lone.sentOf("probe", "n1").length;
    for (const suspects of [["n1"], []]) lone.peer("n4").digests([], { suspects });
    lone.peer("n0").digests([], { suspects: [], more: true });
    lone.run(100);
    expect(lone.sentOf("probe", "n1")).toHaveLength(before);
  });

  it("is probed even if other members have sent their lists in between", () => {
    const lone = orphan();
    lone.peer("n0").digests([], { suspects: ["n1"] });
    lone.run(1_500);
    const before = lone.sentOf("probe", "n1").length;
    lone.peer("n4").digests([], { suspects: [] });
    lone.peer("n0").digests([], { suspects: [] });
    lone.run(10);
    expect(lone.sentOf("probe", "n1")).toHaveLength(before + 1);
  });
});

describe("a suspect whose closest live ancestor has returned", () => {
  it("is probed 20 s later by the member that took the place of that ancestor", () => {
    const lone = memberOfSeven("n0");
    lone.node.probe(["n1", "n3"]);
    lone.runUntilSuspected("n1");
    lone.runUntilSuspected("n3");
    lone.run(10_000);
    const ancestor = lone.peer("n1");
    runWhileSpeaking(lone, ancestor, 1_500);
    const before = lone.sentOf("probe", "n3").length;
    expect(before).toBeGreaterThan(3 + 6);
    runWhileSpeaking(lone, ancestor, 18_000);
    expect(lone.sentOf("probe", "n3")).toHaveLength(before);
    runWhileSpeaking(lone, ancestor, 2_000);
    expect(lone.sentOf("probe", "n3")).toHaveLength(before + 1);
  });
});

describe("a suspect that another member watched from above", () => {
  it.each<[string, (lone: LoneNode) => void]>([
    [
      "that member is a suspect as well",
      (lone) => {
        lone.node.probe(["n1"]);
        lone.runUntilSuspected("n1");
      },
    ],
    ["that member has left", (lone) => lone.node.regroup(["n0", "n3", "n2", "n4", "n5", "n6"])],
  ])("is probed at once, and at least every 1.5 s, as soon as %s", (_, loseWatcher) => {
    const lone = memberOfSeven("n0");
    lone.node.probe(["n3"]);
    lone.runUntilSuspected("n3");
    lone.run(10_000);
    expect(lone.sentOf("probe", "n3")).toHaveLength(3);
    loseWatcher(lone);
    lone.run(10);
    expect(lone.sentOf("probe", "n3")).toHaveLength(4);
    lone.run(500 + 1_000 + 1_500);
    expect(lone.sentOf("probe", "n3")).toHaveLength(7);
  });
});

describe("word that a member is silent", () => {
  it("is looked into where that member is the way up, with one probe", () => {
    const lone = memberOfSeven("n3");
    lone.run(1000);
    lone.peer("n4").digests([], { suspects: ["n1"] });
    lone.runUntilSuspected("n1");
    expect(lone.sentOf("probe", "n1")).toHaveLength(1);
  });

  it("does not matter elsewhere", () => {
    const lone = memberOfSeven("n3");
    lone.run(1000);
    lone.peer("n4").digests([], { suspects: ["n6"] });
    lone.run(1000);
    expect(lone.sentOf("probe")).toEqual([]);
  });
});

describe("a member that restarts after it has sent values to everyone", () => {
  /** The root of three; `n1` sends its value to everyone, and restarts some time later. */
  function rootAfterRestart(later: number) {
    const lone = new LoneNode({ self: "n0", size: 3 });
    lone.run(3000);
    lone.peer("n1").gossips(["direct"], { direct: true });
    lone.run(later);
    lone.peer("n1", 2).gossips([]);
    lone.run(3000);
    return lone;
  }

  it("has its latest values passed on, which other members may have ignored since they knew of its restart", () => {
    for (const later of [100, 9_999]) expect(rootAfterRestart(later).valuesTo("n2")).toContain("direct");
  });

  it("does not have those passed on that it had time to send again", () => {
    expect(rootAfterRestart(10_000).valuesTo("n2")).toEqual([]);
  });
});

describe("a node that takes one new incarnation after the other", () => {
  it("still compares with a member that it had begun to compare with, neighbour or not", () => {
    const lone = memberOfSeven("n3");
    // It asks for what has not come.
    lone.peer("n5").digests([["n6@1", [[1, 1]]]]);
    lone.run(10_000);
    expect(lone.sentOf("digest", "n5").length).toBeGreaterThan(0);
    const renewals = () => lone.lines.filter((line) => line.includes("continuing as")).length;
    for (const known of [5, 1_000_000_000]) {
      const before = renewals();
      lone.peer("n0").says({ type: "stale", incarnation: 1, known });
      // The second renewal waits for a pause, in which the node sends nothing.
      for (lone.sent.length = 0; renewals() === before; lone.run(1)) expect(lone.sent).toEqual([]);
      lone.run(1);
      expect(lone.sentOf("digest", "n5").map(({ body }) => body.verify)).toEqual([true]);
    }
  });
});
