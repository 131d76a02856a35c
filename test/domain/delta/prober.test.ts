import { describe, expect, it } from "vitest";
import { Prober } from "../../../src/domain/delta/prober.js";
import { soloMember } from "../support/stubs.js";

function prober() {
  const solo = soloMember();
  return { ...solo, probes: new Prober(solo) };
}

const answer = { type: "probe_ok", incarnation: 7, of: 1, number: 1, held: 0 } as const;

describe("Prober", () => {
  it("measures a round trip as the time from a probe to its answer, less the time that the probe waited for it", () => {
    const { clock, transport, probes } = prober();
    clock.advance(50);
    probes.send("n1");
    expect(transport.sent).toEqual([{ to: "n1", body: { type: "probe", incarnation: 1, number: 1 } }]);
    clock.advance(700);
    expect(probes.answered("n1", { ...answer, held: 500 })).toBe(200);
  });

  it("tells from the number which probe was answered, whatever was asked since", () => {
    const { clock, probes } = prober();
    for (let probe = 0; probe < 3; probe++) {
      probes.send("n1");
      probes.send("n2");
      clock.advance(100);
    }
    expect(probes.answered("n1", { ...answer, number: 3 })).toBe(200);
    expect(probes.answered("n2", { ...answer, number: 2 })).toBe(300);
  });

  it.each([
    ["comes twice", { ...answer }],
    ["names no probe that left", { ...answer, number: 2 }],
    ["is meant for another life of this node", { ...answer, of: 0 }],
  ])("measures nothing when an answer %s", (_, message) => {
    const { probes } = prober();
    probes.send("n1");
    if (message.number === 1 && message.of === 1) probes.answered("n1", answer);
    expect(probes.answered("n1", message)).toBeUndefined();
  });

  it("measures nothing when another member answers", () => {
    const { probes } = prober();
    probes.send("n1");
    expect(probes.answered("n2", answer)).toBeUndefined();
  });

  it("keeps nothing of a member that has answered, or was asked nothing, so that it may rest", () => {
    const { peers, probes } = prober();
    probes.send("n1");
    expect(peers.of("n1").slots.isEmpty).toBe(false);
    probes.answered("n1", answer);
    probes.answered("n2", answer);
    expect(["n1", "n2"].map((member) => peers.of(member).slots.isEmpty)).toEqual([true, true]);
  });

  it("forgets the oldest of many probes that a member leaves unanswered", () => {
    const { probes } = prober();
    const sent = 9;
    for (let probe = 0; probe < sent; probe++) probes.send("n1");
    expect(probes.answered("n1", answer)).toBeUndefined();
    expect(probes.answered("n1", { ...answer, number: 2 })).toBe(0);
    expect(probes.answered("n1", { ...answer, number: sent })).toBe(0);
  });
});
