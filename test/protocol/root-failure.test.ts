import { describe, expect, it } from "vitest";
import { presets } from "../../src/application/settings/presets.js";
import type { JsonValue } from "../../src/domain/json-value.js";
import { startCluster, type TestCluster } from "../support/cluster.js";

const SIZE = 25;
const ROOT = "n0";
/** For how long the root is out of reach, in ms. */
const DOWNTIME = 6000;
/** A value is broadcast every so often, in ms. */
const PAUSE = 20;

/** When values are accepted, and when the last of the survivors has each; to 10 ms. */
class Arrivals {
  private readonly acceptedAt = new Map<JsonValue, number>();
  private readonly storedAt = new Map<JsonValue, { count: number; last: number }>();
  private readonly seen = new Map<string, number>();

  constructor(private readonly cluster: TestCluster) {}

  accepted(value: JsonValue): void {
    this.acceptedAt.set(value, this.cluster.clock.now());
  }

  /** Lets the time pass, and looks what has come. */
  run(duration: number): void {
    for (let rest = duration; rest > 0; rest -= 10) {
      this.cluster.run(10);
      for (const [id, node] of this.cluster.nodes) if (id !== ROOT) this.look(id, node.values());
    }
  }

  /** The longest way of a value to all survivors, in ms; `Infinity` if one did not arrive. */
  longest(): number {
    return Math.max(
      ...[...this.acceptedAt].map(([value, at]) => {
        const stored = this.storedAt.get(value);
        return stored?.count === SIZE - 1 ? stored.last - at : Number.POSITIVE_INFINITY;
      }),
    );
  }

  private look(id: string, values: readonly JsonValue[]): void {
    for (let index = this.seen.get(id) ?? 0; index < values.length; index++) {
      const value = values[index] as JsonValue;
      const count = (this.storedAt.get(value)?.count ?? 0) + 1;
      this.storedAt.set(value, { count, last: this.cluster.clock.now() });
    }
    this.seen.set(id, values.length);
  }
}

/**
 * Twenty seconds of load, 50 values a second, in which the root is out of everyone's reach for a while.
 * @param diesAt when that begins, in ms
 */
function rootFails(settings: Parameters<typeof startCluster>[0]["settings"], diesAt: number) {
  let now = () => 0;
  const isDown = () => now() >= diesAt && now() < diesAt + DOWNTIME;
  const cluster = startCluster({
    size: SIZE,
    settings,
    latency: ({ from, to }) => (isDown() && (from === ROOT || to === ROOT) ? undefined : 100),
  });
  now = () => cluster.clock.now();
  const arrivals = new Arrivals(cluster);
  for (let next = 0; now() < 20_000; next++) {
    const id = `n${(next * 7) % SIZE}`;
    if (id !== ROOT) arrivals.accepted(next);
    if (id !== ROOT || !isDown()) cluster.broadcast(id, next);
    arrivals.run(PAUSE);
  }
  arrivals.run(10_000);
  return { cluster, longest: arrivals.longest() };
}

const LATENCY_WITHOUT_A_ROOT = { frugal: 4500, default: 2000 };

describe.each(["frugal", "default"] as const)("a root that dies for 6 s, with the preset %s", (preset) => {
  // At any point of a round.
  it.each([7000, 7137, 7261, 7394, 7502, 7777, 8111, 8444])(
    "delays the values of the others by no more than it takes to find that out (at %i ms)",
    (diesAt) => {
      const { cluster, longest } = rootFails(presets[preset].settings, diesAt);
      expect(longest).toBeLessThanOrEqual(LATENCY_WITHOUT_A_ROOT[preset]);
      for (const [id, node] of cluster.nodes) expect(node.status().root, `the root in the eyes of ${id}`).toBe(ROOT);
    },
  );
});
