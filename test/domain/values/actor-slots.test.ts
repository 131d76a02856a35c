import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ActorSlots, STRIDE } from "../../../src/domain/values/actor-slots.js";

/** What the slots say of an actor; `undefined` if it has none. */
function rangeOf(slots: ActorSlots, actor: number): unknown {
  const slot = slots.find(actor);
  return slot < 0 ? undefined : Array.from(slots.cells.slice(slot * STRIDE, slot * STRIDE + STRIDE));
}

/** Slots of the actors `from` up to, but not including, `to`, each with numbers of its own. */
function slotsOf(from: number, to: number): ActorSlots {
  const slots = new ActorSlots();
  for (let actor = from; actor < to; actor++) slots.append(actor, actor + 1, actor + 2);
  return slots;
}

const filled = (count: number) => slotsOf(0, count);

const step = fc.record({ actor: fc.nat(60), isRemoval: fc.boolean() });

describe("ActorSlots", () => {
  it("hold what a map from actors to ranges would hold, in the order in which the actors came", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.array(step, { maxLength: 120 }), (count, steps) => {
        const slots = filled(count);
        const model = new Map(Array.from({ length: count }, (_, actor) => [actor, [actor, actor + 1, actor + 2]]));
        for (const [index, { actor, isRemoval }] of steps.entries()) {
          const slot = slots.find(actor);
          if (isRemoval && slot >= 0) {
            slots.remove(slot);
            model.delete(actor);
          } else if (!isRemoval && slot < 0) {
            slots.append(actor, index, index + 1);
            model.set(actor, [actor, index, index + 1]);
          }
        }
        const actors = [...Array(61).keys()];
        expect(actors.map((actor) => rangeOf(slots, actor))).toEqual(actors.map((actor) => model.get(actor)));
        expect(slots.size).toBe(model.size);
        const order = [...model.keys()].map((actor) => slots.find(actor));
        expect(order).toEqual(order.toSorted((one, other) => one - other));
        expect(slots.used).toBeGreaterThan(Math.max(-1, ...order));
      }),
      { numRuns: 50 },
    );
  });

  it.each([24, 25, 49, 1_100])("find each of %d actors, and no other", (count) => {
    const slots = filled(count);
    const isFound = (actor: number) => String(rangeOf(slots, actor)) === `${actor},${actor + 1},${actor + 2}`;
    expect([...Array(count).keys()].filter((actor) => !isFound(actor))).toEqual([]);
    expect([slots.find(count), slots.find(count + 7), slots.size]).toEqual([-1, -1, count]);
  });

  it.each([10, 40])("use the room of removed actors again (%d actors remain)", (count) => {
    const slots = filled(count);
    for (let actor = 100; actor < 1_000; actor++) {
      slots.append(actor, 1, 1);
      slots.remove(slots.find(actor));
    }
    expect(slots.used).toBeLessThanOrEqual(2 * count + 4);
    expect([...Array(count).keys()].map((actor) => rangeOf(slots, actor))).toEqual(
      [...Array(count).keys()].map((actor) => [actor, actor + 1, actor + 2]),
    );
  });

  it("take no room once every actor is removed", () => {
    const slots = filled(30);
    for (let actor = 0; actor < 30; actor++) slots.remove(slots.find(actor));
    expect([slots.used, slots.size, slots.cells.length, slots.find(3)]).toEqual([0, 0, 0, -1]);
    slots.append(3, 1, 2);
    expect(rangeOf(slots, 3)).toEqual([3, 1, 2]);
  });

  it("take at most twice the room of a few hundred actors, and half as much again of thousands", () => {
    expect(filled(385).cells.length / STRIDE).toBeLessThanOrEqual(2 * 385);
    expect(filled(1_537).cells.length / STRIDE).toBeLessThanOrEqual(1.5 * 1_537);
  });

  it.each([0, 1, 24])("take no spare room while there are few actors (%d)", (count) => {
    expect(filled(count).cells).toHaveLength(count * STRIDE);
  });

  it("move all actors only when the room doubles", () => {
    const slots = filled(24);
    const moved: number[] = [];
    let { cells } = slots;
    for (let actor = 24; actor < 1_536; actor++) {
      slots.append(actor, 1, 1);
      if (slots.cells !== cells) moved.push(actor);
      cells = slots.cells;
    }
    expect(moved).toEqual([24, 48, 96, 192, 384, 768]);
  });

  it("do not find actors that only their copy has", () => {
    const slots = slotsOf(1, 40);
    const copy = slots.copy();
    // Free cells hold 0.
    copy.append(0, 1, 2);
    expect([rangeOf(slots, 0), rangeOf(copy, 0)]).toEqual([undefined, [0, 1, 2]]);
  });

  it("are independent of their copy", () => {
    for (const count of [5, 40]) {
      const slots = filled(count);
      const copy = slots.copy();
      copy.append(100, 1, 2);
      slots.append(200, 3, 4);
      slots.remove(slots.find(0));
      expect([rangeOf(copy, 0), rangeOf(copy, 100), rangeOf(copy, 200)]).toEqual([[0, 1, 2], [100, 1, 2], undefined]);
      expect([rangeOf(slots, 0), rangeOf(slots, 100), rangeOf(slots, 200)]).toEqual([
        undefined,
        undefined,
        [200, 3, 4],
      ]);
      expect([copy.size, slots.size]).toEqual([count + 1, count]);
    }
  });
});
