import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import type { WriteConcern } from "../../src/domain/write-concern/write-concern.js";
import { Backlog } from "../../src/library/node/backlog.js";
import { LibraryCluster } from "./support/library-cluster.js";

/** A backlog of 8 values at most, whose questions are not answered by themselves. */
function opened() {
  const questions: (WriteConcern & { answer: () => void })[] = [];
  const node = {
    confirmLatest: (answer: () => void, concern: WriteConcern) => questions.push({ ...concern, answer }),
    view: () => ({ root: "a", suspects: [] }),
    probe: () => {},
  };
  const deps = {
    self: "a",
    node,
    clock: new FakeClock(),
    log: { event: () => {} },
    memberCount: () => 3,
    isConnected: () => true,
  };
  const backlog = new Backlog(deps, 500, { maxValues: 8 });
  /** Broadcasts values that find room. */
  const broadcast = (count: number) => {
    for (let times = 0; times < count; times++) {
      expect(backlog.take(10)).toBe(true);
      backlog.accepted();
    }
  };
  return { backlog, questions, broadcast };
}

describe("the question whether members have the latest value", () => {
  it("does not hurry while more than half of the room is left", () => {
    const { questions, broadcast } = opened();
    broadcast(3);
    expect(questions).toHaveLength(1);
    expect(questions[0]).not.toHaveProperty("replyWithin");
  });

  it("is answered at once when half of the room is taken, and no more once there is room again", () => {
    const { questions, broadcast } = opened();
    broadcast(4);
    expect(questions.map(({ replyWithin }) => replyWithin)).toEqual([undefined, 0]);
    questions[1]?.answer();
    broadcast(2);
    expect(questions.map(({ replyWithin }) => replyWithin)).toEqual([undefined, 0, undefined]);
  });
});

it("does not wait for messages on which replies could ride while broadcasts wait for room", async () => {
  const cluster = await new LibraryCluster<string>(3).start();
  const producer = cluster.node("n2");
  let accepted = 0;
  for (let number = 0; number < 30_000; number++)
    void producer.broadcast(`${number} `.padEnd(100, "x")).then(() => accepted++);
  // The bound starts at half a megabyte. A message takes up to 30 ms, so a question is answered after 60 ms.
  for (let times = 0; accepted < 30_000 && times < 100; times++) {
    cluster.run(10);
    await new Promise(setImmediate);
  }
  expect(accepted).toBe(30_000);
  expect(cluster.clock.now()).toBeLessThan(500);
});
