import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { Prober } from "../../../src/domain/delta/prober.js";
import { RttEstimator } from "../../../src/domain/delta/rtt-estimator.js";
import { FailureDetector } from "../../../src/domain/failure/failure-detector.js";
import { Identity } from "../../../src/domain/identity/identity.js";
import { RecordingTransport } from "../support/stubs.js";

/** How long a probe waits for its answer before a round trip has been measured, in ms. */
const PROBE_TIME = 260;

/** The liveness of `n1`, which may be the next one above the others; suspects are noted as the succession would. */
function liveness(isNextAbove: boolean) {
  const clock = new FakeClock();
  const transport = new RecordingTransport();
  const silent: { member: string; at: number }[] = [];
  const suspected = new Set<string>();
  const network = { isLossy: false };
  const peers = new DeltaTracker();
  const rtt = new RttEstimator({ clock, peers });
  const service = new FailureDetector({
    clock,
    peers,
    prober: new Prober({
      identity: new Identity({ self: "n1", members: ["n0", "n1", "n2"] }, { incarnation: 1 }),
      transport,
      clock,
      peers,
    }),
    rtt,
    overlay: {
      isClosestLiveAncestorOf: () => isNextAbove,
      isSuspected: (member) => suspected.has(member),
    },
    pacer: network,
  });
  service.failed.connect((member) => {
    silent.push({ member, at: clock.now() });
    suspected.add(member);
    service.watchForReturn(member);
  });
  const probes = () => transport.sent.filter(({ body }) => body.type === "probe").length;
  return { clock, peers, rtt, silent, suspected, service, probes, network };
}

/** The same, once `n1` watches for the return of the suspect `n0`. */
function watching(isNextAbove: boolean) {
  const node = liveness(isNextAbove);
  node.suspected.add("n0");
  node.service.watchForReturn("n0");
  return node;
}

describe("FailureDetector", () => {
  it("takes a member for silent after three probes without an answer, within a second", () => {
    const { clock, silent, service, probes } = liveness(false);
    service.probe("n0");
    clock.advance(1_000);
    expect(probes()).toBe(3);
    expect(silent).toHaveLength(1);
    expect(silent[0]?.at).toBe(3 * PROBE_TIME);
  });

  it("needs one probe where another member has found the same, unless messages get lost", () => {
    for (const isLossy of [false, true]) {
      const { clock, silent, service, probes, network } = liveness(false);
      network.isLossy = isLossy;
      service.probe("n0", true);
      clock.advance(300);
      expect([probes(), silent.length]).toEqual(isLossy ? [2, 0] : [1, 1]);
    }
  });

  it("hears of another's finding while it asks, and asks no more", () => {
    const { clock, silent, service, probes } = liveness(false);
    service.probe("n0");
    clock.advance(100);
    service.probe("n0", true);
    clock.advance(200);
    expect([probes(), silent.length]).toEqual([1, 1]);
  });

  it("believes in a member that answers any of them", () => {
    const { clock, silent, service } = liveness(false);
    service.probe("n0");
    clock.advance(400);
    service.heardFrom("n0");
    clock.advance(60_000);
    expect(silent).toEqual([]);
  });

  it("asks once for all who want to know at the same time", () => {
    const { service, probes } = liveness(false);
    service.probe("n0");
    service.probe("n0");
    expect(probes()).toBe(1);
  });

  it("looks out as the next one above for the return of a silent member every 1.5 s at the most", () => {
    const { clock, probes } = watching(true);
    const [first, longest] = [500, 1_500];
    // The pauses double: two of them are shorter than the longest, then all are as long as that.
    expect(longest).toBe(3 * first);
    clock.advance(first + 2 * first + 40 * longest);
    expect(probes()).toBe(42);
  });

  it("elsewhere hardly ever asks for a silent member", () => {
    const { clock, probes } = watching(false);
    const [first, longest] = [20_000, 60_000];
    expect(longest).toBe(3 * first);
    clock.advance(first - 1);
    expect(probes()).toBe(0);
    clock.advance(1 + 2 * first + 9 * longest);
    expect(probes()).toBe(2 + 9);
  });

  it("probes a suspect that has probably returned at once, and begins anew with its pauses", () => {
    const { clock, service, probes } = watching(false);
    clock.advance(20_000 + 40_000 + 1_500);
    expect(probes()).toBe(2);
    service.hasten("n0");
    clock.advance(0);
    expect(probes()).toBe(3);
    clock.advance(20_000 - 1);
    expect(probes()).toBe(3);
    clock.advance(1);
    expect(probes()).toBe(4);
  });

  it("probes no suspect more often than its closest live ancestor would", () => {
    const { clock, service, probes } = watching(false);
    for (let passed = 0; passed < 15_000; passed += 10) {
      service.hasten("n0");
      clock.advance(10);
    }
    expect(probes()).toBe(10);
  });

  it("keeps the pauses of the closest live ancestor, however often it is asked to hasten", () => {
    const { clock, service, probes } = watching(true);
    for (let passed = 0; passed < 500 + 1_000 + 10 * 1_500; passed += 10) {
      service.hasten("n0");
      clock.advance(10);
    }
    expect(probes()).toBe(12);
  });

  it("does not put off a probe that is due sooner", () => {
    const { clock, service, probes } = watching(true);
    service.hasten("n0");
    clock.advance(500);
    expect(probes()).toBe(1);
  });

  it("does not bring forward a probe of a live member", () => {
    const { clock, rtt, service, probes } = liveness(false);
    rtt.add("n2", 5_000);
    service.hasten("n0");
    clock.advance(60_000);
    expect(probes()).toBe(0);
    service.probe("n0");
    clock.advance(2_000);
    service.hasten("n0");
    clock.advance(0);
    expect(probes()).toBe(1);
  });

  it("probes no member after the session has ended", () => {
    const { clock, peers, service, probes } = liveness(true);
    service.probe("n0");
    peers.endSession();
    clock.advance(60_000);
    expect(probes()).toBe(1);
  });

  it("does not believe another's finding of a member that it has just heard of itself", () => {
    const { clock, service, probes } = liveness(false);
    clock.advance(5_000);
    service.heardFrom("n0");
    expect(service.lastHeard("n0")).toBe(5_000);
    clock.advance(500 - 1);
    service.probe("n0", true);
    expect(probes()).toBe(0);
    clock.advance(1);
    service.probe("n0", true);
    expect(probes()).toBe(1);
  });

  it("probes a member on its own suspicion even if it has just heard of it", () => {
    const { service, probes } = liveness(false);
    service.heardFrom("n0");
    service.probe("n0");
    expect(probes()).toBe(1);
  });

  it("waits for an answer as long as round trips take", () => {
    const { clock, peers, service, probes, rtt } = liveness(false);
    rtt.add("n2", 50);
    service.probe("n0");
    clock.advance(109);
    expect(probes()).toBe(1);
    clock.advance(1);
    expect(probes()).toBe(2);
    expect(peers.find("n0")).toBeDefined();
  });

  it("needs all probes again for a member that has answered in between", () => {
    const { clock, silent, service, probes } = liveness(false);
    service.probe("n0");
    clock.advance(2 * PROBE_TIME);
    service.heardFrom("n0");
    service.probe("n0");
    clock.advance(3 * PROBE_TIME - 1);
    expect(silent).toEqual([]);
    clock.advance(1);
    expect(silent).toHaveLength(1);
    expect(probes()).toBe(6);
  });

  it("reports a silent member once, and looks out for its return from then on", () => {
    const { clock, silent, service, probes } = liveness(false);
    service.probe("n0");
    clock.advance(3 * PROBE_TIME + 20_000);
    expect(probes()).toBe(4);
    clock.advance(60_000);
    expect(silent).toHaveLength(1);
  });
});
