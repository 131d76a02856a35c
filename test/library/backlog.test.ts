import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import type { WriteConcern } from "../../src/domain/write-concern/write-concern.js";
import { Backlog, type BacklogOptions } from "../../src/library/node/backlog.js";
import { LibraryCluster } from "./support/library-cluster.js";

/** A backlog whose questions are not answered by themselves. */
function opened(options: BacklogOptions) {
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
  const backlog = new Backlog(deps, 500, options);
  /** Broadcasts values of 80 bytes, which count as 100 and find room. */
  const broadcast = (count: number) => {
    for (let times = 0; times < count; times++) {
      expect(backlog.take(80)).toBe(true);
      backlog.accepted();
    }
  };
  const replyTimes = () => questions.map(({ replyWithin }) => replyWithin);
  return { questions, broadcast, replyTimes };
}

describe("the question whether members have the latest value", () => {
  it("does not hurry while more than half of the room is left", () => {
    const { broadcast, replyTimes } = opened({ maxValues: 8 });
    broadcast(3);
    expect(replyTimes()).toEqual([undefined]);
  });

  it.each([{ maxValues: 8 }, { maxBytes: 800 }])(
    "is answered at once when half of the room is taken, and no more once there is room again (%j)",
    (options) => {
      const { questions, broadcast, replyTimes } = opened(options);
      broadcast(4);
      expect(replyTimes()).toEqual([undefined, 0]);
      questions[1]?.answer();
      broadcast(2);
      expect(replyTimes()).toEqual([undefined, 0, undefined]);
    },
  );

  it("does not hurry for long under a steady load: the bound grows until less than half of it is used", () => {
    const { questions, broadcast, replyTimes } = opened({});
    const askedAt: number[] = [];
    let answered = 0;
    // 300,000 bytes come until a question is answered; the bound begins at 524,288.
    for (let sent = 0; sent < 100_000; sent += 100) {
      broadcast(100);
      while (askedAt.length < questions.length) askedAt.push(sent);
      while (sent - (askedAt[answered] ?? sent) >= 3_000) questions[answered++]?.answer();
    }
    expect(replyTimes().slice(0, 6)).toContain(0);
    expect(replyTimes().slice(-10)).toEqual(Array(10).fill(undefined));
  });
});

it.each([
  ["eager", 500],
  ["default", 2_500],
] as const)(
  "accepts a burst without waiting for messages on which replies could ride (budget %s, within %i ms)",
  async (budget, most) => {
    const cluster = await new LibraryCluster<string>(3, { budget }).start();
    const producer = cluster.node("n2");
    let accepted = 0;
    for (let number = 0; number < 30_000; number++)
      void producer.broadcast(`${number} `.padEnd(100, "x")).then(() => accepted++);
    // The bound starts at half a megabyte. In mode eager a question is answered after 60 ms.
    while (accepted < 30_000 && cluster.clock.now() < most) {
      cluster.run(10);
      await new Promise(setImmediate);
    }
    expect(accepted).toBe(30_000);
  },
);
