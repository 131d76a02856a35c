import { describe, expect, it } from "vitest";
import { comparingMember } from "../support/comparing-member.js";

describe("a node with nobody to compare with", () => {
  it("has no timer, and can be closed", () => {
    const { clock, antiEntropy } = comparingMember({}, []);
    antiEntropy.start();
    expect(clock.nextDue()).toBeUndefined();
    antiEntropy.close();
    expect(clock.nextDue()).toBeUndefined();
  });

  it("sends nothing once all others have left", () => {
    const { clock, antiEntropy, transport } = comparingMember();
    antiEntropy.start();
    antiEntropy.partnersChanged([]);
    clock.advance(600_000);
    expect(transport.sent).toEqual([]);
  });

  it("sends nothing after it has left itself, although values still come", () => {
    const { clock, antiEntropy, identity, transport } = comparingMember({ longest: 600_000 });
    antiEntropy.start();
    antiEntropy.heardFrom("n1");
    identity.membersChanged(["n1", "n2"]);
    antiEntropy.valuesCame("n1");
    clock.advance(60_000);
    expect(transport.sent).toEqual([]);
  });
});

describe("a node with one other member", () => {
  it("has caught up once it has compared with it, even if that member has just started as well", () => {
    const { antiEntropy, digests, clock } = comparingMember({ longest: 600_000 }, ["n1"]);
    antiEntropy.start();
    antiEntropy.receive("n1", { type: "digest", incarnation: 1, vector: [], reply: true, beginner: true });
    clock.advance(60_000);
    expect(digests).toEqual([]);
  });
});
