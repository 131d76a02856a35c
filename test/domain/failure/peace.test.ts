import { expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { Refutation } from "../../../src/domain/failure/refutation.js";
import { Identity } from "../../../src/domain/identity/identity.js";
import { RecordingTransport } from "../support/stubs.js";

/** How long a node waits before it takes a new incarnation, if it has taken one that much earlier and another one just now. */
function pauseAfter(peace: number): number {
  const clock = new FakeClock();
  clock.advance(1_000_000);
  const identity = new Identity({ self: "n0", members: ["n0", "n1"] }, { incarnation: 5 });
  const refutation = new Refutation({
    peers: new DeltaTracker(),
    identity,
    transport: new RecordingTransport(),
    clock,
    random: { next: () => 0.5 },
    log: { event: () => {} },
  });
  refutation.renewed.connect((incarnation) => identity.startIncarnation(incarnation));
  const overtake = () => refutation.refute("n1", identity.incarnation + 1);
  overtake();
  clock.advance(peace);
  overtake();
  overtake();
  const since = clock.now();
  for (let step = 0; refutation.isWaiting && step < 100; step++) clock.step();
  return clock.now() - since;
}

it("The pauses of a node begin anew after more than four pauses and 10 s without a rival", () => {
  expect([pauseAfter(14_000), pauseAfter(14_001)]).toEqual([2_000, 1_000]);
});
