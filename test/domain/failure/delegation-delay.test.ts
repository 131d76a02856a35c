import { expect, it } from "vitest";
import { LoneNode } from "../../support/lone-node.js";

it("A node that sends to everyone waits 100 ms for other suspects before it names one", () => {
  const lone = new LoneNode({ self: "n3", size: 7, settings: { fanOut: 2, mode: "eager" } });
  const digests = () => lone.sentOf("digest", "n2").length;
  lone.node.probe(["n5"]);
  for (let step = 0; lone.node.status().suspects.length === 0 && step < 1_000; step++) lone.clock.step();
  expect([lone.node.status().suspects, digests()]).toEqual([["n5"], 0]);
  lone.run(99);
  expect(digests()).toBe(0);
  lone.run(1);
  expect(digests()).toBe(1);
});
