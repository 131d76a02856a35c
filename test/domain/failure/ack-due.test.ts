import { describe, expect, it } from "vitest";
import { ACK_TIMER } from "../../../src/domain/config.js";
import { AckTimer } from "../../../src/domain/failure/ack-timer.js";
import { STUB_TIMES, soloMember } from "../support/stubs.js";

const { ack: ACK_DUE, answer: ANSWER_TIME } = STUB_TIMES;

/** `n0`, and a timer for what it sends to `n1`. */
function watching() {
  const solo = soloMember();
  const timer = new AckTimer(solo);
  /** Sends a value, which is watched as it leaves. */
  const send = () => {
    solo.accept("a");
    solo.clock.advance(STUB_TIMES.departure);
    timer.watch("n1");
  };
  const questions = () => solo.gossipTo("n1").filter(({ ask }) => ask === true).length;
  const acknowledge = (number: number) => {
    const ack = { incarnation: 1, ranges: [[number, number]] as const, held: 0 };
    solo.peers.of("n1").acknowledged(ack, solo.clock.now(), ACK_DUE);
    timer.ackReceived("n1");
  };
  return { ...solo, timer, send, questions, acknowledge };
}

describe("An acknowledgement that AckTimer awaits", () => {
  it("is the one that is due first, whichever message left first", () => {
    const { clock, pacer, peers, timer, questions } = watching();
    pacer.ackDue = (_, sentAt, isDirect) => sentAt + (isDirect ? 5 * ACK_DUE : ACK_DUE);
    peers.of("n1").send([["n0@1", 1, 1]], clock.now(), { isDirect: true });
    clock.advance(100);
    peers.of("n1").send([["n0@1", 2, 1]], clock.now());
    timer.watch("n1");
    clock.advance(ACK_DUE - 1);
    expect(questions()).toBe(0);
    clock.advance(1);
    expect(questions()).toBe(1);
  });

  it("is due later for a usual message than for a question, even where many messages get lost", () => {
    const { clock, pacer, send, questions } = watching();
    pacer.isLossy = true;
    send();
    clock.advance(ACK_DUE - 1);
    expect(questions()).toBe(0);
    clock.advance(1);
    expect(questions()).toBe(1);
  });

  it("is due as soon as the answer can come for a question where many messages get lost, and only there", () => {
    const askedAgain = (isLossy: boolean) => {
      const { clock, pacer, send, questions, acknowledge } = watching();
      pacer.isLossy = isLossy;
      send();
      clock.advance(ACK_DUE);
      expect(questions()).toBe(1);
      // The message itself has arrived, but the question is still on its way.
      acknowledge(1);
      clock.advance(ACK_TIMER.lossMargin * ANSWER_TIME - 1);
      expect(questions()).toBe(1);
      clock.advance(1);
      return questions() === 2;
    };
    expect([askedAgain(true), askedAgain(false)]).toEqual([true, false]);
  });

  it("is requested for all messages together whose acknowledgements are overdue, whichever is due first", () => {
    const { accept, clock, pacer, batcher, timer, gossipTo } = watching();
    pacer.ackDue = (_, sentAt, isDirect) => sentAt + (isDirect ? 2 * ACK_DUE : ACK_DUE);
    pacer.isDirect = true;
    accept("a");
    batcher.flush("n1");
    timer.watch("n1");
    clock.advance(1);
    // This one is due earlier, but the timer is running.
    pacer.isDirect = false;
    accept("b");
    batcher.flush("n1");
    clock.advance(2 * ACK_DUE + ACK_TIMER.readingTime);
    const askedFor = gossipTo("n1").flatMap(({ ask, values }) => (ask === true ? [values] : []));
    expect(askedFor).toEqual([["a"], ["b"]]);
  });

  it("is due sooner while a question is unanswered, even if a comparison has shown that nothing is under way", () => {
    const { clock, peers, timer, send, questions } = watching();
    const silent: number[] = [];
    timer.exhausted.connect(() => {
      silent.push(clock.now());
      timer.cancel("n1");
    });
    send();
    clock.advance(ACK_DUE);
    expect(questions()).toBe(1);
    // The member's digest lacks the values, so they count as unsent. The member may still be unable to acknowledge.
    peers.of("n1").giveUpUntil(clock.now());
    clock.advance(ANSWER_TIME);
    send();
    const since = clock.now();
    clock.advance(3 * ANSWER_TIME - 1);
    expect([questions(), silent]).toEqual([3, []]);
    clock.advance(1);
    expect(silent).toEqual([since + 3 * ANSWER_TIME]);
  });

  it("is requested if the schedule has moved it by no more than a millisecond", () => {
    const { clock, pacer, send, questions } = watching();
    send();
    pacer.ackDue = (_, sentAt) => sentAt + ACK_DUE + 1;
    clock.advance(ACK_DUE);
    expect(questions()).toBe(1);
  });
});
