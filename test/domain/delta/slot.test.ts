import { describe, expect, it } from "vitest";
import { Slot, Slots } from "../../../src/domain/delta/slot.js";

describe("The state of a service about a peer", () => {
  const stopped: string[] = [];
  const NAME = new Slot(
    () => "new",
    (name) => stopped.push(name),
  );
  const COUNT = new Slot(() => 0);

  it("is created on first use, and is absent before", () => {
    const slots = new Slots();
    expect(slots.find(NAME)).toBeUndefined();
    expect(slots.of(NAME)).toBe("new");
    expect(slots.find(NAME)).toBe("new");
  });

  it("is kept apart from that of other services and other peers", () => {
    const [one, other] = [new Slots(), new Slots()];
    one.set(NAME, "kept");
    expect(one.set(COUNT, 7)).toBe(7);
    expect([one.of(NAME), one.of(COUNT)]).toEqual(["kept", 7]);
    expect([other.find(NAME), other.of(COUNT)]).toEqual([undefined, 0]);
  });

  it("is disposed of when it is cleared, once, and not when it is replaced", () => {
    stopped.length = 0;
    const slots = new Slots();
    slots.clear(NAME);
    slots.set(NAME, "first");
    slots.set(NAME, "second");
    expect(stopped).toEqual([]);
    slots.clear(NAME);
    slots.clear(NAME);
    expect(stopped).toEqual(["second"]);
    expect(slots.find(NAME)).toBeUndefined();
  });

  it("ends with all others", () => {
    stopped.length = 0;
    const slots = new Slots();
    slots.set(NAME, "last");
    slots.set(COUNT, 1);
    slots.clearAll();
    expect(stopped).toEqual(["last"]);
    expect([slots.find(NAME), slots.find(COUNT)]).toEqual([undefined, undefined]);
  });
});
