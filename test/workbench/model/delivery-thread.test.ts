import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { DeliveryThread } from "../../../src/workbench/model/delivery-thread.js";
import type { Delivery } from "../../../src/workbench/model/message.js";

let clock: FakeClock;
let delivered: string[];
let dropping: boolean;
let reading: boolean;
let thread: DeliveryThread;

const named = (name: string): Delivery => ({ message: { src: name, dest: "n0", body: {} } });

beforeEach(() => {
  clock = new FakeClock();
  delivered = [];
  dropping = false;
  reading = true;
  thread = new DeliveryThread(clock, {
    isDropped: () => dropping,
    deliver: ({ message }) => {
      delivered.push(`${message.src}@${clock.now()}`);
      return reading;
    },
    delivered: () => {},
  });
});

describe("a delivery thread", () => {
  it("delivers a message when it is due", () => {
    thread.enqueue(named("a"), 100);
    clock.advance(99);
    expect(delivered).toEqual([]);
    clock.advance(1);
    expect(delivered).toEqual(["a@100"]);
  });

  it("takes the message that is due first, and of several the one that was sent first", () => {
    thread.enqueue(named("sleeping"), 10);
    thread.enqueue(named("late"), 40);
    thread.enqueue(named("early"), 20);
    thread.enqueue(named("too"), 20);
    clock.advance(100);
    expect(delivered).toEqual(["sleeping@10", "early@20", "too@20", "late@40"]);
  });

  it("makes messages that come while it sleeps wait, even those due earlier", () => {
    thread.enqueue(named("node"), 100);
    clock.advance(10);
    thread.enqueue(named("client"), 10);
    clock.advance(200);
    expect(delivered).toEqual(["node@100", "client@100"]);
  });

  it("delivers at once when it is idle", () => {
    thread.enqueue(named("client"), 0);
    expect(delivered).toEqual(["client@0"]);
  });

  it("asks about a partition when it takes a message, not when it delivers it", () => {
    thread.enqueue(named("taken-before"), 100);
    dropping = true;
    thread.enqueue(named("taken-during"), 50);
    clock.advance(100);
    dropping = false;
    thread.enqueue(named("taken-after"), 150);
    clock.advance(100);
    expect(delivered).toEqual(["taken-before@100", "taken-after@150"]);
  });

  it("drops without sleeping", () => {
    dropping = true;
    thread.enqueue(named("dropped"), 100);
    dropping = false;
    thread.enqueue(named("next"), 10);
    clock.advance(10);
    expect(delivered).toEqual(["next@10"]);
  });

  it("waits while the node is not reading", () => {
    reading = false;
    thread.enqueue(named("a"), 0);
    thread.enqueue(named("b"), 0);
    clock.advance(100);
    expect(delivered).toEqual(["a@0"]);
    reading = true;
    thread.resume();
    expect(delivered).toEqual(["a@0", "b@100"]);
  });

  it("delivers nothing once stopped", () => {
    thread.enqueue(named("a"), 10);
    thread.stop();
    clock.advance(100);
    expect(delivered).toEqual([]);
  });
});
