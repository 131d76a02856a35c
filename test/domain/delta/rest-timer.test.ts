import { describe, expect, it, vi } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { RestTimer } from "../../../src/domain/delta/rest-timer.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";
import { LoneNode } from "../../support/lone-node.js";

/** A node in a cluster, which has heard of some peers. */
function node({ members: size, peers: count }: { readonly members: number; readonly peers: number }) {
  const clock = new FakeClock();
  const members = Array.from({ length: size }, (_, index) => `n${index}`);
  const peers = new DeltaTracker({ values: new ValueLog("n0@1"), identity: { members } });
  const hear = (index: number) => {
    peers.of(`n${index}`).lastHeardAt = clock.now();
  };
  for (let index = 1; index <= count; index++) hear(index);
  const timer = new RestTimer({ clock, peers });
  return { clock, peers, hear, timer, awake: () => [...peers.active()].length };
}

describe("RestTimer", () => {
  it("puts peers at rest a second after a message", () => {
    const { clock, timer, awake } = node({ members: 64, peers: 20 });
    timer.messageReceived();
    clock.advance(500);
    timer.messageReceived();
    clock.advance(499);
    expect(awake()).toBe(20);
    clock.advance(1);
    expect(awake()).toBe(0);
    // A silent node has no timer.
    expect(clock.nextDue()).toBeUndefined();
  });

  it("does so again, however few peers are awake then", () => {
    const { clock, timer, hear, awake } = node({ members: 64, peers: 20 });
    timer.messageReceived();
    clock.advance(1_000);
    hear(1);
    timer.messageReceived();
    clock.advance(1_000);
    expect(awake()).toBe(0);
  });

  it.each([
    { members: 63, peers: 62, rests: false, why: "the cluster is small" },
    { members: 64, peers: 15, rests: false, why: "rows for all members take more than so few peers" },
    { members: 64, peers: 16, rests: true, why: "rows take less" },
    { members: 1_000, peers: 249, rests: false, why: "rows take more" },
  ])("$rests for $peers peers among $members members: $why", ({ rests, ...extent }) => {
    const { clock, timer, awake } = node(extent);
    timer.messageReceived();
    clock.advance(10_000);
    expect(awake()).toBe(rests ? 0 : extent.peers);
  });

  it("stops when the node does", () => {
    const { clock, timer, awake } = node({ members: 64, peers: 20 });
    timer.messageReceived();
    timer.close();
    clock.advance(10_000);
    expect(awake()).toBe(20);
  });

  it("hears of the messages that a node gets", () => {
    const rest = vi.spyOn(DeltaTracker.prototype, "rest");
    try {
      const lone = new LoneNode({ self: "n3", size: 64 });
      for (let index = 10; index < 30; index++)
        lone.peer(`n${index}`).says({ type: "probe", incarnation: 1, number: 1 });
      lone.run(999);
      expect(rest).not.toHaveBeenCalled();
      lone.run(1);
      expect(rest).toHaveBeenCalledOnce();
    } finally {
      rest.mockRestore();
    }
  });
});
