import { describe, expect, it } from "vitest";
import { type OwnValues, PeerVector } from "../../../src/domain/delta/peer-vector.js";
import type { DotRange } from "../../../src/domain/values/dot.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";

const by = (author: number) => `n${author}@1`;

/** A log with a value of each of so many actors, and a set that was there before. */
function logOf(actors: number) {
  const log = new ValueLog("own@1");
  const set = new PeerVector(log);
  const arrive = (number: number) => {
    for (let n = 0; n < actors; n++) log.merge([[by(n), number, 1]], [`${n}/${number}`], [0]);
  };
  arrive(1);
  return { log, set, arrive };
}

const lacks = (set: PeerVector, log: OwnValues) => [...set.lacks(log.known).ranges()].map(([actor]) => actor);

describe("PeerVector", () => {
  it("adds the rest of a stretch of which it has the beginning", () => {
    const { log, set } = logOf(4);
    const dots = [...log.known.ranges()];
    set.addAll(dots.slice(0, 2), { from: 0, to: 2 });
    set.addAll(dots.slice(1, 3), { from: 1, to: 3 });
    expect(lacks(set, log)).toEqual([by(3)]);
  });

  it("does not name values that this node has deleted among those that the peer lacks", () => {
    const { log, set } = logOf(4);
    log.compact([[by(1), 1, 1]]);
    expect(set.delta(log.held)).toEqual([0, 2, 3].map((author): DotRange => [by(author), 1, 1]));
    const other = new PeerVector(log);
    other.assign(log.known.copy());
    expect([other.delta(log.held), other.delta(log.known)]).toEqual([[], []]);
  });

  it("stays a difference when arrival numbers change if it is not behind, however many values there are", () => {
    const log = new ValueLog("own@1");
    const set = new PeerVector(log);
    const values = 3_000;
    const numbers = Array.from({ length: values }, (_, index) => index);
    log.merge([[by(0), 1, values]], numbers, [0]);
    set.addAll(log.arrivedSince(0));
    set.settle();
    expect(set.entryCount).toBe(0);
  });

  it("chooses its form anew after 64 changes, and then after as many changes as this node knows actors", () => {
    const [first, actors] = [64, 200];
    const { log } = logOf(actors);
    const set = new PeerVector(log);
    const dots = [...log.known.ranges()];
    // The 64 actors of the first choice are too few for a difference.
    for (let change = 0; change < first + actors - 1; change++) set.add(dots[change % actors] as DotRange);
    expect(set.entryCount).toBe(actors);
    set.add(dots[0] as DotRange);
    expect(set.entryCount).toBe(0);
  });

  it("stays a difference if it lacks values of half of the actors", () => {
    const actors = 130;
    const { log, set, arrive } = logOf(actors);
    arrive(2);
    const vector = log.known.copy();
    for (let n = 0; n < actors / 2; n++) vector.remove([by(n), 2, 1]);
    set.assign(vector);
    set.chooseForm();
    expect(set.entryCount).toBe(actors / 2);
  });
});
