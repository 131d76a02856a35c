import { describe, expect, it } from "vitest";
import { InitialRttProbe } from "../../../../src/domain/batching/rounds/initial-rtt-probe.js";
import { Prober } from "../../../../src/domain/delta/prober.js";
import { RttEstimator } from "../../../../src/domain/delta/rtt-estimator.js";
import { soloMember } from "../../support/stubs.js";

function root() {
  const solo = soloMember();
  const roundTrips = new RttEstimator(solo);
  const probes = new Prober(solo);
  const probe = new InitialRttProbe({
    ...solo,
    prober: probes,
    rtt: roundTrips,
    overlay: { parent: undefined, children: ["n1", "n2"] },
  });
  return { ...solo, roundTrips, probe };
}

describe("InitialRttProbe", () => {
  it("asks the next child when one does not answer within 1 s, each once", () => {
    const { clock, transport, probe } = root();
    probe.start();
    clock.advance(999);
    expect(transport.sent.map(({ to }) => to)).toEqual(["n1"]);
    clock.advance(1);
    expect(transport.sent.map(({ to }) => to)).toEqual(["n1", "n2"]);
    clock.advance(60_000);
    expect(transport.sent.map(({ to }) => to)).toEqual(["n1", "n2"]);
  });

  it("asks nobody else once it has an answer", () => {
    const { clock, transport, probe } = root();
    probe.start();
    clock.advance(200);
    probe.rttMeasured();
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
    const { clock, pacer, probe, gossipTo, accept } = root();
    pacer.leaves = () => 5000;
    accept("a");
    probe.start();
    pacer.leaves = () => 300;
    clock.advance(200);
    probe.rttMeasured();
    clock.advance(100);
    expect(gossipTo("n1")).toHaveLength(1);
  });

  it("measures nothing below the root", () => {
    const { transport, probe, batcher, roundTrips, ...solo } = root();
    const overlay = { parent: "n1", children: ["n2"] };
    const other = new InitialRttProbe({
      ...solo,
      batcher,
      prober: new Prober({ ...solo, transport }),
      rtt: roundTrips,
      overlay,
    });
    other.start();
    other.rttMeasured();
    expect(transport.sent).toEqual([]);
    probe.close();
  });
});
