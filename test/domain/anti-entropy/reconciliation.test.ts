import { describe, expect, it } from "vitest";
import { settleTime, withEveryone, withLinks } from "../../../src/domain/anti-entropy/reconciliation.js";
import { Identity } from "../../../src/domain/identity/identity.js";

const settings = { antiEntropyInterval: 700, max: 2_000 };

describe("Reconciliation", () => {
  it("takes values for settled after twice the target time and some more", () => {
    expect(settleTime(settings)).toBe(4_500);
  });

  it.each([true, false])(
    "compares with everyone, ever more rarely, and first if the node waits for that: %s",
    (isAwaited) => {
      const identity = new Identity({ self: "n1", members: ["n0", "n1", "n2"] }, { incarnation: 1 });
      const { partners, pace, comparesFirst } = withEveryone(settings)({ identity, readiness: { isAwaited } });
      expect(Array.from({ length: partners.length }, (_, index) => partners.at(index))).toEqual(["n0", "n2"]);
      expect(pace).toEqual({
        shortest: 700,
        longest: 120_000,
        settleTime: settleTime(settings),
      });
      expect(comparesFirst).toBe(isAwaited);
    },
  );

  it("compares with the links of the proposal's tree at a fixed interval, whatever the age of the values", () => {
    const { partners, pace } = withLinks(settings)({ overlay: { links: ["n7"] } });
    expect([partners.length, partners.at(0)]).toEqual([1, "n7"]);
    expect(pace).toEqual({ shortest: 700, longest: 700, settleTime: 0 });
  });
});
