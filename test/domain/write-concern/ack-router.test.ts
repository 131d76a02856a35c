import { describe, expect, it } from "vitest";
import { RttEstimator } from "../../../src/domain/delta/rtt-estimator.js";
import { AckRouter } from "../../../src/domain/write-concern/ack-router.js";
import { STUB_TIMES, soloMember } from "../support/stubs.js";

const DELIVERY = 500;

/** `n0` in the middle of the order of members; it sends to `n1` and `n2`. */
function routing({ parent = undefined as string | undefined, heightBelow = 1 } = {}) {
  const { clock, identity, peers, pacer, batcher } = soloMember();
  identity.membersChanged(["m1", "m2", "n0", "n1", "n2"]);
  const children = ["n1", "n2"].filter((member) => member !== parent);
  const overlay = { parent, children, shortcuts: [], level: 0, heightBelow, height: 2 };
  const rtt = new RttEstimator({ clock, peers });
  const router = new AckRouter({ identity, clock, peers, batcher, pacer, overlay, rtt }, DELIVERY);
  return { clock, identity, peers, pacer, rtt, router };
}

describe("AckRouter", () => {
  it("starts with the next member in the order of all, and ends with the one before itself", () => {
    expect(routing().router.everyone()).toEqual(["n1", "n2", "m1", "m2"]);
  });

  it("starts with the first member if this node is none any more", () => {
    const { identity, router } = routing();
    identity.membersChanged(["m1", "n1"]);
    expect(router.everyone()).toEqual(["m1", "n1"]);
  });

  it("has suspects queried last of all, and not along the tree", () => {
    const { peers, router } = routing();
    expect(router.targets(undefined)).toEqual(["n1", "n2"]);
    peers.of("n1").markSuspect();
    expect(router.everyone()).toEqual(["n2", "m1", "m2", "n1"]);
    expect(router.targets(undefined)).toEqual(["n2"]);
  });

  it("does not send a query back to the member that a value came from", () => {
    expect(routing().router.targets("n1")).toEqual(["n2"]);
  });

  it("tells the parent and the children from other members", () => {
    const { router } = routing({ parent: "n1" });
    expect(["n1", "n2", "m1"].map((member) => router.isTreeNeighbour(member))).toEqual([true, true, false]);
  });

  it("knows which values have still to leave for a member", () => {
    const { peers, router } = routing();
    peers.of("n1").confirm([["n0@1", 1, 1]]);
    expect(router.isToLeave("n1", ["n0@1", 1, 1])).toBe(false);
    expect(router.isToLeave("n1", ["n0@1", 2, 1])).toBe(true);
  });

  it("knows when a message leaves, except where values are sent at once", () => {
    const { clock, pacer, router } = routing();
    clock.advance(50);
    expect(router.nextDeparture("n1")).toBe(50 + STUB_TIMES.departure);
    pacer.isDirect = true;
    expect(router.nextDeparture("n1")).toBeUndefined();
  });

  it("asks the pacer for a departure without planning one", () => {
    const { clock, pacer, router } = routing();
    clock.advance(50);
    pacer.leaves = ({ dryRun, oldest, count }) => (dryRun === true && oldest === 50 && count === 1 ? 70 : undefined);
    expect(router.nextDeparture("n1")).toBe(70);
  });

  it("waits longer for a reply the more levels there are below, and without end for the parent", () => {
    const perLevel = 1.5 * STUB_TIMES.answer;
    expect(routing({ heightBelow: 3 }).router.patience("n1")).toBe(3 * perLevel + 100);
    expect(routing({ heightBelow: 0 }).router.patience("n1")).toBe(perLevel + 100);
    expect(routing({ parent: "n1" }).router.patience("n1")).toBe(Number.POSITIVE_INFINITY);
    const { pacer, router } = routing({ heightBelow: 3 });
    pacer.isDirect = true;
    expect(router.patience("n1")).toBe(perLevel + 100);
  });

  it("expects the holders of a value to be known some time after its delivery", () => {
    expect(routing().router.expectedTime).toBe(DELIVERY + 1_500);
  });

  it("pauses between searches for a little more than a round trip, up to a limit", () => {
    const { rtt, router } = routing();
    expect(router.searchPause).toBe(300);
    rtt.add("n1", 80);
    expect(router.searchPause).toBe(120);
    const { rtt: slow, router: patient } = routing();
    slow.add("n1", 5_000);
    expect(patient.searchPause).toBe(1_000);
  });
});
