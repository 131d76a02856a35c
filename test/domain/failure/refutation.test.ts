import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { Refutation } from "../../../src/domain/failure/refutation.js";
import { Identity } from "../../../src/domain/identity/identity.js";
import { RecordingTransport } from "../support/stubs.js";

const HALF_A_LEAP = 500;
/** The largest incarnation that a claim is believed for. */
const LARGEST = 9_007_199_252_643_839;

/** The node `n0` in incarnation 5. Each new incarnation is half a leap above the known one. */
function refuting() {
  const clock = new FakeClock();
  clock.advance(1_000_000);
  const transport = new RecordingTransport();
  const identity = new Identity({ self: "n0", members: ["n0", "n1", "n2"] }, { incarnation: 5 });
  const codes: string[] = [];
  const refutation = new Refutation({
    peers: new DeltaTracker(),
    identity,
    transport,
    clock,
    random: { next: () => 0.5 },
    log: { event: ({ code }) => codes.push(code) },
  });
  const renewals: { incarnation: number; at: number }[] = [];
  let pauses = 0;
  refutation.renewed.connect((incarnation) => {
    identity.startIncarnation(incarnation);
    renewals.push({ incarnation, at: clock.now() });
  });
  refutation.paused.connect(() => pauses++);
  /** Another process with this id has taken a later incarnation. */
  const overtake = () => refutation.refute("n1", identity.incarnation + 1);
  return { clock, transport, identity, codes, refutation, renewals, overtake, pauses: () => pauses };
}

describe("Refutation of a later incarnation of this node", () => {
  it("renews the node at once, above the known incarnation, and logs it", () => {
    const { clock, refutation, renewals, codes } = refuting();
    refutation.refute("n1", 9);
    expect(renewals).toEqual([{ incarnation: 9 + 1 + HALF_A_LEAP, at: clock.now() }]);
    expect(codes).toHaveLength(1);
  });

  it("ignores this incarnation and earlier ones", () => {
    const { refutation, renewals } = refuting();
    refutation.refute("n1", 5);
    refutation.refute("n1", 4);
    expect(renewals).toEqual([]);
  });

  it("believes the largest incarnation that leaves room for a later one, and none above it", () => {
    const { refutation, renewals } = refuting();
    refutation.refute("n1", LARGEST + 1);
    expect(renewals).toEqual([]);
    refutation.refute("n1", LARGEST);
    expect(renewals).toHaveLength(1);
    expect(Number.isSafeInteger(renewals[0]?.incarnation)).toBe(true);
  });

  it("pauses 1 s, 2 s, 4 s and so on while another process overtakes it at once each time", () => {
    const { clock, renewals, overtake, pauses } = refuting();
    overtake();
    const waits: number[] = [];
    for (let count = 0; count < 8; count++) {
      const since = clock.now();
      overtake();
      const before = renewals.length;
      while (renewals.length === before && clock.step());
      waits.push(clock.now() - since);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(pauses()).toBe(8);
  });

  it("waits only for what is left of a pause, and not at all after it", () => {
    const { clock, renewals, overtake, pauses } = refuting();
    overtake();
    clock.advance(400);
    overtake();
    clock.advance(599);
    expect(renewals).toHaveLength(1);
    clock.advance(1);
    expect(renewals).toHaveLength(2);
    clock.advance(2_000);
    overtake();
    expect(renewals).toHaveLength(3);
    expect(pauses()).toBe(1);
  });

  it("takes the latest of the incarnations that it hears of while it waits", () => {
    const { clock, identity, refutation, renewals, overtake, pauses } = refuting();
    overtake();
    overtake();
    expect(refutation.isWaiting).toBe(true);
    const known = identity.incarnation + 5_000;
    refutation.refute("n2", known);
    refutation.refute("n2", known - 1);
    clock.advance(1_000);
    expect(refutation.isWaiting).toBe(false);
    // The first one took it at once.
    expect(renewals.slice(1).map(({ incarnation }) => incarnation)).toEqual([known + 1 + HALF_A_LEAP]);
    expect(pauses()).toBe(1);
  });

  it("renews the node without a pause again after some time of peace", () => {
    const { clock, renewals, overtake, pauses } = refuting();
    overtake();
    clock.advance(4 * 1_000 + 10_000 + 1);
    overtake();
    expect(renewals).toHaveLength(2);
    // The count has begun anew, so the next pause is the first one again.
    overtake();
    clock.advance(1_000);
    expect(renewals).toHaveLength(3);
    // After the second pause, of 2 s, peace takes longer: this is not enough.
    clock.advance(4 * 2_000 + 10_000);
    overtake();
    overtake();
    clock.advance(4_000);
    expect(renewals).toHaveLength(5);
    expect(pauses()).toBe(2);
  });

  it("ends with the session", () => {
    const { clock, refutation, renewals, overtake } = refuting();
    overtake();
    overtake();
    refutation.close();
    expect(refutation.isWaiting).toBe(false);
    clock.advance(100_000);
    expect(renewals).toHaveLength(1);
  });
});

describe("A member that uses a stale incarnation", () => {
  it("is told which one is known, once per second", () => {
    const { clock, transport, refutation } = refuting();
    refutation.staleReceived("n1", 7);
    expect(transport.sent).toEqual([{ to: "n1", body: { type: "stale", incarnation: 5, known: 7 } }]);
    clock.advance(999);
    refutation.staleReceived("n1", 7);
    expect(transport.sent).toHaveLength(1);
    clock.advance(1);
    refutation.staleReceived("n1", 7);
    expect(transport.sent).toHaveLength(2);
  });

  it("is told at once of another incarnation, and each member for itself", () => {
    const { transport, refutation } = refuting();
    refutation.staleReceived("n1", 7);
    refutation.staleReceived("n1", 8);
    refutation.staleReceived("n2", 8);
    expect(transport.sent.map(({ to, body }) => [to, (body as { known?: number }).known])).toEqual([
      ["n1", 7],
      ["n1", 8],
      ["n2", 8],
    ]);
  });
});
