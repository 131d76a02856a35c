import { describe, expect, it } from "vitest";
import { type PresetName, presets } from "../../src/application/settings/presets.js";
import { WRITE_CONCERN } from "../../src/domain/config.js";
import type { PeerMessage } from "../../src/domain/messages.js";

import { AssuredCluster } from "./support/assured-cluster.js";

const everyPreset = Object.keys(presets) as PresetName[];

describe.each(everyPreset)("a broadcast that waits for others (preset %s)", (preset) => {
  it.each([2, 3, "all"] as const)("is acknowledged in time when all is well, and not before %s have it", (nodes) => {
    for (const options of [{ size: 9 }, { size: 9, fanOut: 3 }, { size: 9, journal: true }, { size: 2 }]) {
      const cluster = new AssuredCluster({ preset, ...options });
      cluster.run(500);
      const wanted = nodes === 3 && options.size < 3 ? 2 : nodes;
      cluster.load(40, 97, wanted);
      cluster.run(4000);
      expect(cluster.answers).toHaveLength(40);
      for (const { shortfall, holders, after } of cluster.answers) {
        expect(shortfall).toBeUndefined();
        expect(holders).toBeGreaterThanOrEqual(wanted === "all" ? options.size : wanted);
        expect(after).toBeLessThan(3000);
      }
    }
  });

  it.each([2, 5, "all"] as const)("is never acknowledged too early, whatever is lost (%s)", (nodes) => {
    for (let seed = 1; seed <= 2; seed++) {
      const cluster = new AssuredCluster({
        preset,
        size: 7,
        fanOut: seed === 1 ? 2 : 32,
        seed,
        latency: (_, random) => (random.next() < 0.2 ? undefined : 200 * random.next()),
      });
      cluster.load(50, 150, nodes);
      cluster.run(WRITE_CONCERN.timeout);
      expect(cluster.answers).toHaveLength(50);
      const confirmed = cluster.answers.filter(({ shortfall }) => shortfall === undefined);
      for (const { holders } of confirmed) expect(holders).toBeGreaterThanOrEqual(nodes === "all" ? 7 : nodes);
      expect(confirmed.length).toBeGreaterThan(25);
    }
  });

  it("gives up in time while somebody cannot be reached, and says who; the value arrives all the same", () => {
    const cluster = new AssuredCluster({ preset, size: 5 });
    cluster.load(10, 100, "all", "before");
    cluster.run(4000);
    cluster.answers.length = 0;
    cluster.isolate("n3");
    cluster.broadcast("n1", "during", "all");
    cluster.broadcast("n0", "root's", "all");
    cluster.run(WRITE_CONCERN.timeout);
    expect(cluster.answers).toMatchObject([
      { after: WRITE_CONCERN.timeout, shortfall: { known: 4, needed: 5, missing: ["n3"] } },
      { after: WRITE_CONCERN.timeout, shortfall: { known: 4, needed: 5, missing: ["n3"] } },
    ]);
    cluster.isCut = () => false;
    cluster.run(30_000);
    cluster.answers.length = 0;
    cluster.broadcast("n1", "during", "all");
    cluster.run(WRITE_CONCERN.timeout);
    expect(cluster.answers).toMatchObject([{ shortfall: undefined, holders: 5 }]);
  });

  it.each([
    ["a leaf is", "n4"],
    ["the root is", "n0"],
  ])("needs no more than it asks for: three have it although %s cut off", (_, away) => {
    const cluster = new AssuredCluster({ preset, size: 5 });
    cluster.load(10, 100, 1, "before");
    cluster.run(4000);
    cluster.answers.length = 0;
    cluster.isolate(away);
    for (const member of ["n1", "n2", "n3"]) cluster.broadcast(member, `of ${member}`, 3);
    cluster.run(WRITE_CONCERN.timeout);
    expect(cluster.answers).toHaveLength(3);
    for (const { shortfall, holders } of cluster.answers) {
      expect(shortfall).toBeUndefined();
      expect(holders).toBeGreaterThanOrEqual(3);
    }
  });

  it("waits as well for a value that is here already", () => {
    const cluster = new AssuredCluster({ preset, size: 5 });
    cluster.run(500);
    cluster.broadcast("n1", "twice", 1);
    cluster.broadcast("n1", "twice", "all");
    cluster.run(WRITE_CONCERN.timeout);
    cluster.broadcast("n1", "twice", "all");
    cluster.broadcast("n2", "twice", "all");
    cluster.run(WRITE_CONCERN.timeout);
    expect(cluster.answers.map(({ shortfall }) => shortfall)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("is not held up by a member that was killed and has come back, and counts what that one has now", () => {
    const cluster = new AssuredCluster({ preset, size: 5 });
    cluster.load(20, 100, "all", "before");
    cluster.run(4000);
    cluster.answers.length = 0;
    cluster.start("n2");
    cluster.run(20_000);
    cluster.load(10, 100, "all");
    cluster.run(WRITE_CONCERN.timeout);
    expect(cluster.answers).toHaveLength(10);
    for (const { shortfall, holders } of cluster.answers) {
      expect(shortfall).toBeUndefined();
      expect(holders).toBe(5);
    }
  });
});

it.each(everyPreset)(
  "who has a value has it written down, so that it survives when the power fails (preset %s)",
  (preset) => {
    const cluster = new AssuredCluster({ preset, size: 5, journal: true });
    cluster.run(500);
    for (const author of ["n0", "n3"]) {
      let survivors = 0;
      cluster.broadcast(author, `of ${author}`, 3, WRITE_CONCERN.timeout, () => {
        survivors = cluster.survivors(`of ${author}`);
      });
      cluster.run(WRITE_CONCERN.timeout);
      expect(survivors).toBeGreaterThanOrEqual(3);
    }
  },
);

it("a member alone has what everybody has", () => {
  const cluster = new AssuredCluster({ preset: "default", size: 1 });
  cluster.broadcast("n0", "a", "all");
  expect(cluster.answers).toMatchObject([{ after: 0, shortfall: undefined }]);
});

it("what is acknowledged by this node alone sends no question", () => {
  for (const preset of everyPreset) {
    const cluster = new AssuredCluster({ preset, size: 5 });
    cluster.load(40, 50, 1);
    cluster.run(5000);
    const bodies = cluster.sent.map(({ body }) => body as PeerMessage);
    expect(bodies.filter((body) => "confirm" in body || "confirmed" in body)).toEqual([]);
    for (const { after } of cluster.answers) expect(after).toBe(0);
  }
});
