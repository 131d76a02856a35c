import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";

const draw = (random: SeededRandom, count: number): number[] => Array.from({ length: count }, () => random.next());

describe("SeededRandom", () => {
  it("draws the same numbers from the same seed, and others from another seed", () => {
    expect(draw(new SeededRandom(7), 100)).toEqual(draw(new SeededRandom(7), 100));
    expect(draw(new SeededRandom(7), 100)).not.toEqual(draw(new SeededRandom(8), 100));
  });

  it("never changes, so that recorded seeds keep their meaning", () => {
    expect(draw(new SeededRandom(1), 3)).toMatchInlineSnapshot(`
      [
        0.6270739405881613,
        0.002735721180215478,
        0.5274470399599522,
      ]
    `);
  });

  it("draws from [0, 1), evenly", () => {
    const numbers = draw(new SeededRandom(3), 100_000);
    const buckets = new Array<number>(10).fill(0);
    for (const number of numbers) buckets[Math.floor(number * 10)] = (buckets[Math.floor(number * 10)] ?? 0) + 1;
    expect(buckets).toHaveLength(10);
    for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  it("forks generators that do not depend on the draws of others", () => {
    const [one, other] = [new SeededRandom(5), new SeededRandom(5)];
    const [first, second] = [one.fork(), other.fork()];
    draw(first, 1000);
    expect(draw(one.fork(), 10)).toEqual(draw(other.fork(), 10));
    expect(draw(second, 10)).not.toEqual(draw(other, 10));
  });
});
