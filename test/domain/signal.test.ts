import { describe, expect, it } from "vitest";
import { Signal } from "../../src/domain/signal.js";

describe("Signal", () => {
  it("passes each event on to its listener", () => {
    const events: number[] = [];
    const signal = new Signal<number>();
    signal.connect((event) => events.push(event));
    signal.emit(1);
    signal.emit(2);
    expect(events).toEqual([1, 2]);
  });

  it("drops events while there is no listener", () => {
    expect(() => new Signal<number>().emit(1)).not.toThrow();
  });

  it("refuses a second listener, and keeps the first one", () => {
    const events: string[] = [];
    const signal = new Signal<void>();
    signal.connect(() => events.push("first"));
    expect(() => signal.connect(() => events.push("second"))).toThrow("the signal already has a listener");
    signal.emit();
    expect(events).toEqual(["first"]);
  });
});
