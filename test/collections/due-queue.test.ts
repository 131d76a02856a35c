import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DueItem, DueQueue } from "../../src/collections/due-queue.js";

/** Numbers are times at which something is due, `undefined` takes out what is due first. */
const commands = fc.array(fc.option(fc.nat(10), { nil: undefined }), { maxLength: 200 });

/** What a sorted list would do. */
class SortedList {
  private readonly items: DueItem[] = [];

  get first(): DueItem | undefined {
    return this.items[0];
  }

  push(item: DueItem): void {
    this.items.push(item);
    this.items.sort((a, b) => a.due - b.due || a.order - b.order);
  }

  take(): DueItem | undefined {
    return this.items.shift();
  }
}

describe("a queue by due time", () => {
  it("returns the task that is due first, and of several the one with the smaller order, after any additions and removals", () => {
    fc.assert(
      fc.property(commands, (all) => {
        const [queue, list] = [new DueQueue<DueItem>(), new SortedList()];
        for (const [order, due] of all.entries()) {
          if (due === undefined) expect(queue.take()).toEqual(list.take());
          else for (const each of [queue, list]) each.push({ due, order });
          expect(queue.first).toEqual(list.first);
        }
        while (list.first !== undefined) expect(queue.take()).toEqual(list.take());
        expect(queue.take()).toBeUndefined();
      }),
    );
  });

  it("returns the same object that was put in", () => {
    const queue = new DueQueue<DueItem & { readonly name: string }>();
    const item = { due: 1, order: 0, name: "it" };
    queue.push(item);
    expect(queue.first).toBe(item);
    expect(queue.take()).toBe(item);
  });

  it("is empty once cleared", () => {
    const queue = new DueQueue<DueItem>();
    for (let order = 0; order < 5; order++) queue.push({ due: 5 - order, order });
    queue.clear();
    expect([queue.first, queue.take()]).toEqual([undefined, undefined]);
  });
});
