import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { WRITE_CONCERN } from "../../../src/domain/config.js";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import type { AckReply } from "../../../src/domain/messages.js";
import { jsonSize } from "../../../src/domain/values/json-value.js";
import { AckOutbox } from "../../../src/domain/write-concern/ack-outbox.js";
import type { PendingWrite } from "../../../src/domain/write-concern/pending-write.js";

/** Who has what, one fact each. */
const facts = (replies: readonly AckReply[]) =>
  replies.flatMap(({ by, vector }) =>
    vector.flatMap(([actor, ranges]) =>
      ranges.flatMap(([first, last]) =>
        by.flatMap((member) =>
          Array.from({ length: last - first + 1 }, (_, index) => `${member} has ${actor}/${first + index}`),
        ),
      ),
    ),
  );

describe("replies that do not fit into one message", () => {
  const member = fc.nat(150).map((index) => `n${index}`);
  const reply = fc.record({
    actor: fc.nat(30).map((index) => `n${index}@1838492391000000`),
    number: fc.integer({ min: 1, max: 50 }),
    by: fc.uniqueArray(member, { minLength: 1, maxLength: 80 }),
  });

  it("leave in several, none of them too large, and say the same", () => {
    fc.assert(
      fc.property(
        // No more than leave before the requester would ask again.
        fc.array(reply, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 100, max: 1_000 }),
        (all, first) => {
          const clock = new FakeClock();
          const peers = new DeltaTracker();
          const taken: AckReply[] = [];
          let room = first;
          const outbox = new AckOutbox({ clock, peers }, (to) => {
            const replies = outbox.take(to, room) ?? [];
            expect(Buffer.byteLength(JSON.stringify(replies))).toBeLessThanOrEqual(room + 2);
            taken.push(...replies);
            // Messages without values have this much room.
            room = 740;
          });
          for (const { actor, number, by } of all) outbox.add("n1", { actor, number } as PendingWrite, by, 100);
          clock.advance(4_100);
          const expected = all.flatMap(({ actor, number, by }) =>
            by.map((holder) => `${holder} has ${actor}/${number}`),
          );
          expect(new Set(facts(taken))).toEqual(new Set(expected));
          expect(outbox.take("n1", room)).toBeUndefined();
        },
      ),
      { numRuns: 100 },
    );
  });

  it("leave ever more slowly if there are very many of them, and not at all once the requester has asked again", () => {
    const clock = new FakeClock();
    const sentAt: number[] = [];
    const outbox = new AckOutbox({ clock, peers: new DeltaTracker() }, (to) => {
      sentAt.push(clock.now());
      outbox.take(to, 740);
    });
    // Each value has other holders, whose ids are long, so that hardly any two replies fit into one message.
    for (let number = 1; number <= 100; number++) {
      const by = Array.from({ length: 10 }, (_, index) => `n${number + index}${"-".repeat(50)}`);
      outbox.add("n1", { actor: "n0@1838492391000000", number } as PendingWrite, by, 0);
    }
    clock.advance(60_000);
    expect(sentAt.filter((at) => at < 1_000).length).toBeLessThan(16);
    expect(sentAt.at(-1)).toBeLessThan(5_000);
  });

  /** An outbox whose messages have room for one reply each. */
  function narrow() {
    const clock = new FakeClock();
    const sentAt: number[] = [];
    const outbox = new AckOutbox({ clock, peers: new DeltaTracker() }, (to) => {
      sentAt.push(clock.now());
      outbox.take(to, 740);
    });
    const add = (count: number) => {
      for (let number = 1; number <= count; number++) {
        const by = Array.from({ length: 10 }, (_, index) => `n${number + index}${"-".repeat(50)}`);
        outbox.add("n1", { actor: "n0@1", number } as PendingWrite, by, clock.now());
      }
    };
    const pauses = () => sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));
    return { clock, sentAt, outbox, add, pauses };
  }

  it("leave together at first, and then after pauses that double up to a limit", () => {
    const { clock, add, pauses } = narrow();
    add(20);
    clock.advance(3_500);
    expect(pauses()).toEqual([...new Array(8).fill(0), ...[10, 20, 40, 80, 160, 320], ...new Array(5).fill(500)]);
  });

  it("do not slow down later ones once all have left", () => {
    const { clock, sentAt, add, pauses } = narrow();
    add(12);
    clock.advance(1_000);
    expect(sentAt).toHaveLength(12);
    sentAt.length = 0;
    add(8);
    clock.advance(0);
    expect(pauses()).toEqual(new Array(7).fill(0));
  });
});

describe("a reply that is too long for one message", () => {
  const holdersOf = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);

  /** The messages in which replies about these values leave, all with the same holders. */
  function messagesOf(by: readonly string[], numbers: readonly number[], room = 740) {
    const clock = new FakeClock();
    const messages: (readonly AckReply[])[] = [];
    const outbox = new AckOutbox({ clock, peers: new DeltaTracker() }, (to) => {
      messages.push(outbox.take(to, room) ?? []);
    });
    for (const number of numbers) outbox.add("n1", { actor: "n0@1", number } as PendingWrite, by, 0);
    clock.advance(1_000);
    return messages;
  }

  it.each([
    ["many holders", 300, [7]],
    ["many values", 2, Array.from({ length: 200 }, (_, index) => 2 * index + 1)],
    ["many of both", 120, Array.from({ length: 60 }, (_, index) => 2 * index + 1)],
  ])("is cut if it has %s: each part fits, and each fact is in one of them", (_, count, numbers) => {
    const by = holdersOf(count);
    const messages = messagesOf(by, numbers);
    const expected = by.flatMap((holder) => numbers.map((number) => `${holder} has n0@1/${number}`));
    expect(facts(messages.flat()).sort()).toEqual(expected.sort());
    for (const replies of messages) {
      expect(jsonSize(replies)).toBeLessThanOrEqual(740 + 2);
      expect(replies.map(({ by: { length }, vector }) => Math.min(length, vector.length))).not.toContain(0);
    }
  });

  it("leaves half of the room to the values, and fills the other half with holders", () => {
    const [first] = messagesOf(holdersOf(300), [7]);
    const holders = jsonSize(first?.[0]?.by);
    expect(holders).toBeLessThanOrEqual(740 / 2);
    expect(holders).toBeGreaterThan(740 / 2 - 50);
  });

  it("leaves whole with a message that it fills", () => {
    const by = holdersOf(100);
    const vector = [["n0@1", [[7, 7]]]] as const;
    const size = jsonSize({ by, vector });
    const taken = (room: number) => {
      const outbox = new AckOutbox({ clock: new FakeClock(), peers: new DeltaTracker() }, () => {});
      outbox.add("n1", { actor: "n0@1", number: 7 } as PendingWrite, by, 0);
      return outbox.take("n1", room)?.map((reply) => reply.by.length);
    };
    // A comma separates it from the next one.
    expect(taken(size + 1)).toEqual([100]);
    expect(taken(size)).not.toEqual([100]);
  });

  it("names holders while half of the room is left for the values", () => {
    const by = holdersOf(100).slice(10);
    const holder = jsonSize(by[0]) + 1;
    const empty = jsonSize({ by: [], vector: [] }) + 1;
    const outbox = new AckOutbox({ clock: new FakeClock(), peers: new DeltaTracker() }, () => {});
    outbox.add("n1", { actor: "n0@1", number: 7 } as PendingWrite, by, 0);
    const [reply] = outbox.take("n1", 2 * (empty + 20 * holder)) ?? [];
    expect(reply?.by).toEqual(by.slice(0, 20));
  });

  it("leaves with a message that its smallest part fills, even if there is little room", () => {
    const by = ["n".repeat(100)];
    const vector = [["n0@1", [[7, 7]]]] as const;
    const outbox = new AckOutbox({ clock: new FakeClock(), peers: new DeltaTracker() }, () => {});
    outbox.add("n1", { actor: "n0@1", number: 7 } as PendingWrite, by, 0);
    const size = jsonSize({ by, vector });
    expect(outbox.take("n1", size - 1)).toBeUndefined();
    expect(outbox.take("n1", size)).toEqual([{ by, vector }]);
  });

  it("leaves in part with a message that has little room", () => {
    const outbox = new AckOutbox({ clock: new FakeClock(), peers: new DeltaTracker() }, () => {});
    outbox.add("n1", { actor: "n0@1", number: 7 } as PendingWrite, holdersOf(100), 0);
    const [reply] = outbox.take("n1", 200) ?? [];
    expect(reply?.by.length).toBeGreaterThan(10);
    expect(jsonSize(reply)).toBeLessThanOrEqual(200);
  });

  it("waits for a message with more room if not even one holder fits, and leaves alone if that has none either", () => {
    const outbox = new AckOutbox({ clock: new FakeClock(), peers: new DeltaTracker() }, () => {});
    const by = ["n".repeat(1_000)];
    outbox.add("n1", { actor: "n0@1", number: 7 } as PendingWrite, by, 0);
    expect(outbox.take("n1", 399)).toBeUndefined();
    expect(outbox.take("n1", 400)).toEqual([{ by, vector: [["n0@1", [[7, 7]]]] }]);
  });
});

describe("AckOutbox", () => {
  function outboxOf() {
    const clock = new FakeClock();
    const sentAt: number[] = [];
    const outbox = new AckOutbox({ clock, peers: new DeltaTracker() }, () => sentAt.push(clock.now()));
    const add = (number: number, due: number) =>
      outbox.add("n1", { actor: "n0@1", number } as PendingWrite, ["n0"], due);
    return { clock, sentAt, outbox, add };
  }

  it("has a message sent when the first reply is due, and no other one then", () => {
    const { clock, sentAt, outbox, add } = outboxOf();
    add(1, 500);
    add(2, 300);
    add(3, 400);
    clock.advance(300);
    expect(sentAt).toEqual([300]);
    expect(outbox.take("n1", 1_000)).toEqual([{ by: ["n0"], vector: [["n0@1", [[1, 3]]]] }]);
    clock.advance(1_000);
    expect(sentAt).toEqual([300]);
  });

  it("gives nothing to a message without room, and keeps the replies for the next one", () => {
    const { outbox, add } = outboxOf();
    add(1, 500);
    expect(outbox.take("n1", 10)).toBeUndefined();
    expect(outbox.take("n1", 1_000)).toHaveLength(1);
    expect(outbox.take("n1", 1_000)).toBeUndefined();
  });

  it("keeps replies that find no room for as long as queries are remembered, and no longer", () => {
    const isKept = (time: number) => {
      const { clock, outbox, add } = outboxOf();
      add(1, 500);
      outbox.take("n1", 10);
      clock.advance(time);
      outbox.take("n1", 10);
      return outbox.take("n1", 1_000) !== undefined;
    };
    expect([isKept(WRITE_CONCERN.queryMemory), isKept(WRITE_CONCERN.queryMemory + 1)]).toEqual([true, false]);
  });

  it("sends nothing to a member whose replies are dropped", () => {
    const { clock, sentAt, outbox, add } = outboxOf();
    add(1, 500);
    outbox.drop("n1");
    clock.advance(1_000);
    expect([sentAt, outbox.take("n1", 1_000)]).toEqual([[], undefined]);
  });
});
