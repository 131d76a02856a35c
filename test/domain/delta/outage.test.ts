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

it("A message falls to an outage if it left together with the last delivery before it, or with the first one after it", () => {
  const outage = 4_001;
  const lossesWith = (before: number, lost: number, after: number) => {
    const window = new SendWindow(1);
    for (const sentAt of [before, lost, lost, after]) window.track(window.nextMessage(), [], sentAt, {});
    const ranges = [[1, 1] as const, [3, 4] as const];
    return window.acknowledge({ incarnation: 1, ranges, held: 0 }, { now: after + 1_001, patience: 1_000 }, () => {})
      .overtaken;
  };
  expect([lossesWith(0, 1, outage), lossesWith(0, outage - 1, outage)]).toEqual([0, 0]);
  expect([lossesWith(0, 1, outage - 1), lossesWith(0, outage - 2, outage - 1)]).toEqual([1, 1]);
});

it("An outage is known as long as the delivery before it is among the last 32", () => {
  expect([lossesAfter(1), lossesAfter(31), lossesAfter(32)]).toEqual([0, 0, 1]);
});
