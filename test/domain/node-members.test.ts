import { describe, expect, it } from "vitest";
import { cutIntoParts } from "../../src/application/wire/parts.js";
import type { PeerMessage } from "../../src/domain/messages.js";
import { LoneNode } from "../support/lone-node.js";

const eager = (self: string, size = 3) => new LoneNode({ self, size, settings: { mode: "eager" } });

/** A reply of the member: it has the first value of `n1`. */
const confirms = (lone: LoneNode, by: string, incarnation = 1) =>
  lone.peer(by, incarnation).says({
    type: "gossip_ok",
    incarnation,
    ack: { incarnation: 1, ranges: [], held: 0 },
    confirmed: [{ by: [by], vector: [["n1@1", [[1, 1]]]] }],
  });

describe("a client that waits for all members", () => {
  function waiting() {
    const lone = eager("n1");
    const answers: unknown[] = [];
    lone.node.broadcast("value", (unmet) => answers.push(unmet), { nodes: "all", timeout: 60_000 });
    lone.run(100);
    return { lone, answers };
  }

  it("waits no longer for one that leaves", () => {
    const { lone, answers } = waiting();
    confirms(lone, "n0");
    expect(answers).toEqual([]);
    lone.node.regroup(["n0", "n1"]);
    expect(answers).toEqual([undefined]);
  });

  it("waits again for one that restarts, since it may have lost the value", () => {
    const { lone, answers } = waiting();
    confirms(lone, "n0");
    lone.peer("n0", 2).says({ type: "probe", incarnation: 2, number: 1 });
    confirms(lone, "n2");
    expect(answers).toEqual([]);
    confirms(lone, "n0", 2);
    expect(answers).toEqual([undefined]);
  });
});

describe("a message in parts", () => {
  const gossip: PeerMessage = {
    type: "gossip",
    values: ["x".repeat(2_000)],
    dots: [["n4@1", 1, 1]],
    ages: [0],
    incarnation: 1,
    number: 1,
    base: 1,
  };

  it("is not put together if its sender left in the midst of it", () => {
    const [whole, left] = [new LoneNode({ self: "n3", size: 5 }), new LoneNode({ self: "n3", size: 5 })];
    const [first, ...others] = cutIntoParts(JSON.stringify(gossip), 1_024, "1.1");
    for (const lone of [whole, left]) lone.node.receive("n4", first);
    left.node.regroup(["n0", "n1", "n2", "n3"]);
    for (const lone of [whole, left]) for (const part of others) lone.node.receive("n4", part);
    expect(whole.node.values()).toEqual(gossip.values);
    expect(left.node.values()).toEqual([]);
  });
});

describe("the members that stay when one leaves", () => {
  it("keep their incarnations, their suspects and what they are known to have", () => {
    const lone = new LoneNode({ self: "n3", size: 7, settings: { fanOut: 2 } });
    lone.peer("n0", 2).says({ type: "probe", incarnation: 2, number: 1 });
    lone.accept("up");
    lone.runUntilSuspected("n1");
    lone.node.regroup(["n0", "n1", "n2", "n3", "n4", "n5"]);
    expect(lone.node.status().suspects).toEqual(["n1"]);
    lone.peer("n0", 1).gossips(["past"]);
    expect(lone.node.values()).toEqual(["up"]);
  });

  it("are told which values all have, once the root no longer waits for the digest of the one that has left", () => {
    const lone = eager("n0");
    lone.peer("n1").gossips(["value"], { direct: true });
    lone.run(8_000);
    lone.peer("n1").says({ type: "holdings", incarnation: 1, vector: [["n1@1", [[1, 1]]]] });
    lone.run(4_000);
    // The third member has reported nothing, so it is asked.
    expect(lone.sentOf("digest").map(({ to }) => to)).toContain("n2");
    expect(lone.sentOf("stable")).toEqual([]);
    lone.node.regroup(["n0", "n1"]);
    expect(lone.sentOf("stable").map(({ to, body }) => [to, body.vector])).toEqual([["n1", [["n1@1", [[1, 1]]]]]]);
  });
});

describe("a member that joins where the tree is fixed", () => {
  it("is linked to the node below which it comes", () => {
    const lone = new LoneNode({ self: "n2", size: 3, settings: { mode: "window", fanOut: 1 } });
    lone.node.regroup(["n0", "n1", "n2", "n3"]);
    lone.accept("value");
    lone.run(300);
    expect(new Set(lone.sentOf("gossip").map(({ to }) => to))).toEqual(new Set(["n1", "n3"]));
  });
});

describe("values that all members have", () => {
  const VECTOR = [["n1@1", [[1, 1]]]] as const;

  it("are announced by the root once all have reported them", () => {
    const lone = eager("n0");
    lone.peer("n1").gossips(["value"], { direct: true });
    const report = (id: string) => lone.peer(id).says({ type: "holdings", incarnation: 1, vector: VECTOR });
    report("n1");
    expect(lone.sentOf("stable")).toEqual([]);
    report("n2");
    expect(lone.sentOf("stable").map(({ to, body }) => [to, body.vector])).toEqual([
      ["n1", VECTOR],
      ["n2", VECTOR],
    ]);
  });

  it("need no further acknowledgement once the root has announced them", () => {
    const questions = (isStable: boolean) => {
      const lone = eager("n1");
      lone.accept("value");
      lone.run(100);
      if (isStable) lone.peer("n0").says({ type: "stable", incarnation: 1, vector: VECTOR });
      lone.run(30_000);
      return lone.sentOf("gossip").filter(({ body }) => body.ask === true).length;
    };
    expect(questions(false)).toBeGreaterThan(0);
    expect(questions(true)).toBe(0);
  });
});
