import { describe, expect, it } from "vitest";
import { ROUNDS } from "../../../src/domain/config.js";
import type { Summary } from "../../../src/domain/messages.js";
import { LoneNode } from "../../support/lone-node.js";

describe("a member that has restarted and compares", () => {
  const memberOfSeven = () => new LoneNode({ self: "n3", size: 7, settings: { fanOut: 2 } });
  /** How often the node asks the member for all that it knows. */
  const questions = (lone: LoneNode) => {
    lone.run(0);
    return lone.sent.filter(({ to, body }) => to === "n1" && "reborn" in body && body.reborn === true).length;
  };

  it("is not asked as well if it asks in one of several summaries, unlike one that only answers", () => {
    const asked = (more: Partial<Summary>) => {
      const lone = memberOfSeven();
      lone.peer("n1").gossips(["before"]);
      lone.peer("n1").says({
        type: "summary",
        incarnation: 2,
        salt: 1,
        places: [null, ["m", 1]],
        known: [[]],
        reply: false,
        ...more,
      });
      return questions(lone);
    };
    expect([asked({ verify: true }), asked({})]).toEqual([0, 1]);
  });

  it("is not asked as well if it asks with a digest that names values of another life of the node", () => {
    const asked = (more: { verify?: boolean }) => {
      const lone = memberOfSeven();
      lone.peer("n1").gossips(["before"]);
      lone.peer("n1", 2).digests([["n3@0", [[1, 1]]]], more);
      return questions(lone);
    };
    expect([asked({ verify: true }), asked({})]).toEqual([0, 1]);
  });
});

describe("a new topology", () => {
  it("ends the wait for the acknowledgements of a member that is no neighbour any more", () => {
    const star = new Map([["n0", ["n1", "n2", "n3", "n4"]]]);
    const chain = new Map([
      ["n0", ["n1", "n2", "n4"]],
      ["n1", ["n0", "n3"]],
      ["n3", ["n1"]],
    ]);
    const lone = new LoneNode({ self: "n3", size: 5, settings: { tree: "topology" }, isStarted: false });
    lone.node.start(star);
    lone.accept("value");
    lone.run(0);
    expect(lone.valuesTo("n0")).toEqual(["value"]);
    lone.node.start(chain);
    lone.run(1_000);
    lone.peer("n1").acknowledges();
    lone.run(20_000);
    expect(new Set(lone.valuesTo("n1"))).toEqual(new Set(["value"]));
    expect(lone.sentOf("gossip", "n0")).toHaveLength(1);
  });
});

describe("the first probe of the root", () => {
  it("is followed by a probe of another child, unless it is answered: an answer with another number is none", () => {
    const probed = (number: number) => {
      const lone = new LoneNode({ self: "n0", size: 7, settings: { fanOut: 2 } });
      lone.peer("n1").says({ type: "probe_ok", incarnation: 1, of: 1, number, held: 0 });
      lone.run(ROUNDS.probeTimeout);
      return lone.sentOf("probe").map(({ to }) => to);
    };
    expect(probed(1)).toEqual(["n1"]);
    expect(probed(9)).toEqual(["n1", "n2"]);
  });
});
