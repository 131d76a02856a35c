import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { WRITE_CONCERN } from "../../../src/domain/config.js";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import type { AckReply } from "../../../src/domain/messages.js";
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
          clock.advance(100 + WRITE_CONCERN.queryMemory);
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
    expect(sentAt.filter((at) => at < 1_000).length).toBeLessThan(2 * WRITE_CONCERN.messagesAtOnce);
    expect(sentAt.at(-1)).toBeLessThan(WRITE_CONCERN.queryMemory + 2 * WRITE_CONCERN.longestRestPause);
  });
});
