import { describe, expect, it } from "vitest";
import { EagerPacer } from "../../../../src/domain/batching/eager/eager-pacer.js";
import { Identity } from "../../../../src/domain/identity/identity.js";

const eager = new EagerPacer(
  { identity: new Identity({ self: "n1", members: ["n0", "n1", "n2"] }, { incarnation: 1 }) },
  { acknowledgementDelay: 4_000 },
);

describe("EagerPacer", () => {
  it("sends a client's value to every other member, itself", () => {
    expect(eager.targets(undefined)).toEqual(["n0", "n2"]);
    expect(eager.isDirect).toBe(true);
  });

  it("passes on nothing that came from a member: its author sends it to everyone", () => {
    expect(eager.targets("n0")).toEqual([]);
    expect(eager.flushAfter()).toEqual([]);
  });

  it("lets values leave at once", () => {
    expect(eager.departure("n0", { oldest: 500, count: 1, owedSince: undefined })).toBeLessThanOrEqual(0);
  });

  it("lets an acknowledgement wait for company, but not for ever", () => {
    const owed = eager.departure("n0", { oldest: Number.POSITIVE_INFINITY, count: 0, owedSince: 500 }) as number;
    expect(owed).toBeGreaterThan(500);
    expect(owed).toBeLessThanOrEqual(10_500);
    expect(eager.departure("n0", { oldest: Number.POSITIVE_INFINITY, count: 0, owedSince: undefined })).toBeUndefined();
  });
});
