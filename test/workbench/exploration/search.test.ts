import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import { ExploredCluster } from "../../../src/workbench/exploration/explored-cluster.js";
import { Pasts } from "../../../src/workbench/exploration/pasts.js";
import { type ExploredScenario, scenariosOf } from "../../../src/workbench/exploration/scenario.js";
import { Search } from "../../../src/workbench/exploration/search.js";
import type { Step } from "../../../src/workbench/exploration/step.js";

const base = { preset: "eager", nodes: 3, fanOut: 32, fault: "none", latency: [1, 200], window: 1_000 } as const;

function searched(scenario: ExploredScenario, states: number): Search {
  const search = new Search(scenario, new SeededRandom(1));
  search.visit(states);
  return search;
}

describe("a search", () => {
  it("ends when it has visited every state, and finds every value on every node in those where nothing more happens", () => {
    const search = searched({ ...base, receivers: [0, 1] }, 10_000);
    expect(search).toMatchObject({ isComplete: true, failed: undefined });
    expect(search.quiescent).toBeGreaterThan(1);
    expect(search.steps).toBeGreaterThan(search.states);
  });

  it("visits the same states in any order", () => {
    const scenario = { ...base, receivers: [0, 1] };
    const figures = [1, 2, 3].map((seed) => {
      const search = new Search(scenario, new SeededRandom(seed));
      search.visit(10_000);
      const { states, steps, quiescent } = search;
      return { states, steps, quiescent };
    });
    expect(figures[1]).toEqual(figures[0]);
    expect(figures[2]).toEqual(figures[0]);
  });

  it("goes on where it stopped", () => {
    const scenario = { ...base, receivers: [0, 1] };
    const search = new Search(scenario, new SeededRandom(1));
    for (let most = 10; !search.isComplete; most += 10) search.visit(most);
    expect(search.states).toBe(searched(scenario, 10_000).states);
  });

  it.each(["default", "frugal", "eager"] as const)(
    "keeps every promise with the preset %s, with one lost message or one crash",
    (preset) => {
      for (const fault of ["loss", "crash"] as const)
        for (const scenario of scenariosOf({ ...base, preset, fault }, 2)) {
          const search = searched(scenario, 100);
          expect(search.failed?.lines).toBeUndefined();
          expect(search.quiescent).toBeGreaterThan(0);
        }
    },
  );

  it("keeps every promise with the fixed windows of the proposal, which send messages for ever", () => {
    const search = searched({ ...base, preset: "proposal", fault: "loss", receivers: [0, 1] }, 400);
    expect(search.failed?.lines).toBeUndefined();
    expect(search.quiescent).toBeGreaterThan(0);
  });

  it("finds a node that never repairs a loss, and tells the run in order", () => {
    const { failed } = searched({ ...base, fault: "loss", receivers: [0, 0], breakage: "no-repairs" }, 5_000);
    expect(failed?.broken).toEqual({
      invariant: "lost",
      problem: expect.stringMatching(/^n[12] lacks [01], which was/),
    });
    const lines = failed?.lines.join("\n") ?? "";
    expect(lines.match(/is lost: n0 -> n[12] gossip/g)).toHaveLength(1);
    expect(lines.indexOf("client -> n0 broadcast")).toBeLessThan(lines.indexOf("is lost"));
  });

  it("finds a node that shows a value twice", () => {
    const { failed } = searched({ ...base, receivers: [0, 1, 2], breakage: "double-reads" }, 1_000);
    expect(failed?.broken.invariant).toBe("duplicate");
  });
});

describe("a state", () => {
  /** A cluster with a value, or two, on the way to the member, and the arrivals that are possible. */
  const withArrivals = (receivers: readonly number[], pasts: Pasts) => {
    const cluster = new ExploredCluster({ ...base, receivers }, pasts);
    for (const value of receivers.keys())
      cluster.take(cluster.steps().find((step) => step.kind === "request" && step.value === value) as Step);
    // The values leave in the same moment, but not in the same turn.
    for (const node of receivers)
      cluster.take(cluster.steps().find((step) => step.kind === "timers" && step.node === node) as Step);
    const arrivals = cluster.steps().filter((step) => step.kind === "deliver");
    return { cluster, arrivals };
  };

  it("is the same after two arrivals at different nodes, in either order", () => {
    const pasts = new Pasts();
    const names = [0, 1].map((first) => {
      const { cluster, arrivals } = withArrivals([0], pasts);
      expect(arrivals.map(({ node }) => node)).toEqual([1, 2]);
      cluster.take(arrivals[first] as Step);
      return cluster.nameAfter(arrivals[1 - first] as Step);
    });
    expect(names[1]).toBe(names[0]);
  });

  it("differs after two arrivals at one node in another order", () => {
    const pasts = new Pasts();
    const names = [0, 1].map((first) => {
      const { cluster, arrivals } = withArrivals([1, 2], pasts);
      const toRoot = arrivals.filter(({ node }) => node === 0);
      expect(toRoot).toHaveLength(2);
      cluster.take(toRoot[first] as Step);
      return cluster.nameAfter(toRoot[1 - first] as Step);
    });
    expect(names[1]).not.toBe(names[0]);
  });

  it("lets no timer run before a message that has to arrive until then", () => {
    const cluster = new ExploredCluster({ ...base, preset: "default", receivers: [0] }, new Pasts());
    const request = cluster.steps().find(({ kind }) => kind === "request") as Step;
    cluster.take(request);
    for (let timers = cluster.steps().find(({ kind }) => kind === "timers"); timers !== undefined; ) {
      cluster.take(timers);
      timers = cluster.steps().find(({ kind }) => kind === "timers");
    }
    expect(cluster.underWay().map(({ sentAt }) => sentAt)).toContain(0);
    for (const { now } of cluster.nodes) expect(now).toBeLessThanOrEqual(200);
  });
});

it("values are given to members in every way, but for the numbers of values and leaves", () => {
  const receivers = scenariosOf(base, 2).map((scenario) => scenario.receivers);
  expect(receivers).toEqual([
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 2],
  ]);
});
