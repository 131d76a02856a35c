import { describe, expect, it } from "vitest";
import { RoundProbe } from "../../src/domain/round-probe.js";
import { RoundTrips } from "../../src/domain/round-trips.js";
import { soloMember } from "./support/stubs.js";

function root() {
  const solo = soloMember();
  const roundTrips = new RoundTrips(solo.clock);
  const probe = new RoundProbe(solo.identity, solo.transport, solo.clock, solo.batcher, roundTrips, ["n1", "n2"]);
  return { ...solo, roundTrips, probe };
}

describe("RoundProbe", () => {
  it("measures a round trip as the time until the answer, less the time that the probe waited for it", () => {
    const { clock, transport, roundTrips, probe } = root();
    clock.advance(50);
    probe.start();
    expect(transport.sent).toEqual([{ to: "n1", body: { type: "probe", incarnation: 1, sent: 50 } }]);
    clock.advance(700);
    probe.answered("n1", { type: "probe_ok", incarnation: 1, sent: 50, held: 500 });
    expect(roundTrips.overall()).toBe(200);
  });

  it("asks the next child when one does not answer, each once", () => {
    const { clock, transport, probe } = root();
    probe.start();
    clock.advance(60_000);
    expect(transport.sent.map(({ to }) => to)).toEqual(["n1", "n2"]);
  });

  it("asks nobody else once it has an answer", () => {
    const { clock, transport, probe } = root();
    probe.start();
    clock.advance(200);
    probe.answered("n1", { type: "probe_ok", incarnation: 1, sent: 0, held: 0 });
    clock.advance(60_000);
    expect(transport.sent).toHaveLength(1);
  });

  it("asks nobody when a round trip is known otherwise", () => {
    const { transport, roundTrips, probe } = root();
    roundTrips.add("n2", 150);
    probe.start();
    expect(transport.sent).toEqual([]);
  });

  it("lets what waits for the children leave by what it has measured", () => {
    const { clock, rhythm, probe, gossipTo, accept } = root();
    rhythm.leaves = () => 5000;
    accept("a");
    probe.start();
    rhythm.leaves = () => 300;
    clock.advance(200);
    probe.answered("n1", { type: "probe_ok", incarnation: 1, sent: 0, held: 0 });
    clock.advance(100);
    expect(gossipTo("n1")).toHaveLength(1);
  });
});
