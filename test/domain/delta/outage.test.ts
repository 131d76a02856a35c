import { expect, it } from "vitest";
import { SendWindow } from "../../../src/domain/delta/send-window.js";

/** Number of losses that count, after a message was lost in an outage and so many later ones have arrived. */
function lossesAfter(arrivals: number): number {
  const window = new SendWindow(1);
  const send = (sentAt: number) => window.track(window.nextMessage(), [["n0@1", 1, 1]], sentAt, {});
  const acknowledge = (first: number, last: number, now: number) =>
    window.acknowledge({ incarnation: 1, ranges: [[first, last]], held: 0 }, { now, patience: 1_000 }, () => {});
  send(0);
  acknowledge(1, 1, 50);
  send(2_000);
  for (let later = 0; later < arrivals; later++) send(6_000);
  return acknowledge(3, 2 + arrivals, 10_000).overtaken;
}

it("An outage is known as long as the delivery before it is among the last 32", () => {
  expect([lossesAfter(1), lossesAfter(31), lossesAfter(32)]).toEqual([0, 0, 1]);
});
