import fc from "fast-check";
import { expect, it } from "vitest";
import { Fifo } from "../../src/collections/fifo.js";

it("is an array with push and shift", () => {
  const steps = fc.array(fc.oneof(fc.nat(), fc.constant("shift" as const), fc.constant("clear" as const)));
  fc.assert(
    fc.property(fc.array(fc.nat()), steps, (items, actions) => {
      const [fifo, model] = [new Fifo(items), [...items]];
      for (const action of actions) {
        if (action === "shift") expect(fifo.shift()).toBe(model.shift());
        else if (action === "clear") {
          fifo.clear();
          model.length = 0;
        } else {
          fifo.push(action);
          model.push(action);
        }
        expect([fifo.length, fifo.first]).toEqual([model.length, model[0]]);
      }
    }),
  );
});

it("keeps the order over many items that come and go", () => {
  const fifo = new Fifo<number>();
  let next = 0;
  for (let number = 0; number < 10_000; number++) {
    fifo.push(number);
    if (number % 3 > 0) expect(fifo.shift()).toBe(next++);
  }
  while (fifo.length > 0) expect(fifo.shift()).toBe(next++);
  expect(next).toBe(10_000);
});

// An array that is shifted takes minutes for this.
it("takes constant time for each of a million items", () => {
  const fifo = new Fifo(Array.from({ length: 1_000_000 }, (_, index) => index));
  let sum = 0;
  while (fifo.length > 0) sum += fifo.shift() as number;
  expect(sum).toBe(499_999_500_000);
});
