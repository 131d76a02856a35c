import { describe, expect, it } from "vitest";
import { EagerPacer } from "../../../../src/domain/batching/eager/eager-pacer.js";
import { reportDelay } from "../../../../src/domain/batching/eager/stability.js";
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

  it("lets an acknowledgement of a repair wait for values to ride on, but tells soon of a message that is missing", () => {
    const nothing = { oldest: Number.POSITIVE_INFINITY, count: 0 };
    expect(eager.departure("n0", { ...nothing, owedSince: 500 })).toBe(1_500);
    expect(eager.departure("n0", { ...nothing, owedSince: 500, gapSince: 700 })).toBe(1_200);
  });

  it("awaits the acknowledgement of a repair for a moment, and that of other values until all have reported", () => {
    expect(eager.ackDue("n0", 100, false)).toBe(2_100);
    expect(eager.ackDue("n0", 100, true)).toBe(11_600);
    expect(eager.answerTime()).toBe(1_000);
    expect(reportDelay({ acknowledgementDelay: 1_000 })).toBe(1_000);
    expect(reportDelay({ acknowledgementDelay: 10_000 })).toBe(4_000);
  });

  it("has neither rounds nor a parent", () => {
    expect(eager).toMatchObject({
      isLossy: false,
      isCalm: false,
      batchesBySize: false,
      piggybacksAcks: true,
      followsTree: false,
    });
    expect([eager.isParent(), eager.requestsMissingAck(), eager.flushAfter()]).toEqual([false, false, []]);
    expect([eager.upcastPlan(), eager.nextDowncast(), eager.schedule()]).toEqual([undefined, undefined, undefined]);
    expect(eager.neighbours()).toEqual(["n0", "n2"]);
  });
});
