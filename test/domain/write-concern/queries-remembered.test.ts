import { expect, it } from "vitest";
import type { Journal } from "../../../src/domain/ports/journal.js";
import { AckCollector } from "../../../src/domain/write-concern/ack-collector.js";
import { soloMember } from "../support/stubs.js";

it("A node remembers the queries about 10,000 values, and who holds these", () => {
  const { clock, identity, log, peers } = soloMember();
  const journal: Journal = { append: () => {}, sync: (whenDurable) => whenDurable(), close: () => {} };
  const collector = new AckCollector({ identity, clock, values: log, peers, journal });
  const ask = (first: number, last: number) =>
    collector.queryReceived("n1", { count: 1, within: 0, vector: [["n1@1", [[first, last]]]] }, false);
  log.merge(
    [["n1@1", 1, 10_001]],
    Array.from({ length: 10_001 }, (_, index) => index),
    [0],
  );
  ask(1, 10_001);
  collector.replies("n1", 1_000_000);
  collector.repliesReceived("n2", [{ by: ["n2"], vector: [["n1@1", [[1, 2]]]] }]);
  ask(1, 2);
  expect(collector.replies("n1", 1_000_000)).toEqual([
    { by: ["n0"], vector: [["n1@1", [[1, 1]]]] },
    { by: ["n0", "n2"], vector: [["n1@1", [[2, 2]]]] },
  ]);
});
