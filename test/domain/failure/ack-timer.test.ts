import { describe, expect, it } from "vitest";
import { ACK_TIMER } from "../../../src/domain/config.js";
import { AckTimer } from "../../../src/domain/failure/ack-timer.js";
import type { Clock } from "../../../src/domain/ports/clock.js";
import { STUB_TIMES, soloMember } from "../support/stubs.js";

const { ack: ACK_DUE, answer: ANSWER_TIME } = STUB_TIMES;

/** `n0` has sent a value to `n1` at 0; its acknowledgement is due after `ACK_DUE`, answers take `ANSWER_TIME`. */
function sender() {
  const solo = soloMember();
  const { clock, peers, batcher, pacer } = solo;
  const silent: number[] = [];
  let lateness = 0;
  const lateClock: Clock = {
    now: () => clock.now() + lateness,
    schedule: (delay, task) => clock.schedule(delay, task),
  };
  const retransmitter = new AckTimer({ clock: lateClock, peers, batcher, pacer });
  retransmitter.exhausted.connect(() => {
    silent.push(clock.now());
    peers.of("n1").markSuspect();
    retransmitter.cancel("n1");
  });
  solo.accept("a");
  clock.advance(STUB_TIMES.departure);
  retransmitter.watch("n1");
  const questions = () => solo.gossipTo("n1").filter(({ ask }) => ask === true);
  const acknowledge = (...numbers: number[]) => {
    const ranges = numbers.map((number) => [number, number] as const);
    peers.of("n1").acknowledged({ incarnation: 1, ranges, held: 0 }, clock.now(), 300);
    retransmitter.ackReceived("n1");
  };
  /** Timers run this much later than they are set for, in ms. */
  const standStill = (duration: number) => {
    lateness = duration;
  };
  return { ...solo, retransmitter, standStill, silent, questions, acknowledge };
}

describe("AckTimer", () => {
  it("sends again, as a question, what is not acknowledged when it should be", () => {
    const { clock, questions } = sender();
    clock.advance(ACK_DUE - 1);
    expect(questions()).toEqual([]);
    clock.advance(1);
    expect(questions()).toMatchObject([{ values: ["a"] }]);
  });

  it("is content with an acknowledgement in time", () => {
    const { clock, questions, acknowledge } = sender();
    clock.advance(900);
    acknowledge(1);
    clock.advance(60_000);
    expect(questions()).toEqual([]);
  });

  it("sends again, with its second question, all that is on its way: while one thing is missing the rest is in doubt", () => {
    const { clock, accept, questions } = sender();
    clock.advance(400);
    accept("b");
    clock.advance(ACK_DUE - 400);
    expect(questions().map(({ values }) => values)).toEqual([["a"]]);
    clock.advance(ANSWER_TIME);
    expect(questions().map(({ values }) => values)).toEqual([["a"], ["a", "b"]]);
  });

  it("finds out without delay that a neighbour is silent: it leaves three questions in a row unanswered", () => {
    const { clock, silent, questions } = sender();
    const { requests } = ACK_TIMER;
    clock.advance(ACK_DUE + (requests - 1) * ANSWER_TIME - 1);
    expect(questions()).toHaveLength(requests - 1);
    clock.advance(1);
    expect(questions()).toHaveLength(requests);
    expect(silent).toEqual([]);
    clock.advance(ANSWER_TIME);
    expect(silent).toHaveLength(1);
    clock.advance(60_000);
    expect(questions()).toHaveLength(requests);
  });

  it("asks more often and longer where many messages get lost", () => {
    const { clock, pacer, silent, questions } = sender();
    pacer.isLossy = true;
    clock.advance(ACK_DUE + (ACK_TIMER.requestsUnderLoss - 1) * ANSWER_TIME);
    expect(questions()).toHaveLength(ACK_TIMER.requestsUnderLoss);
    expect(silent).toEqual([]);
    clock.advance(ANSWER_TIME);
    expect(silent).toHaveLength(1);
  });

  it("waits for a message that a later one has overtaken hardly longer than an answer takes", () => {
    const { clock, batcher, log, questions, acknowledge } = sender();
    log.accept("b", clock.now());
    batcher.flush("n1");
    acknowledge(2);
    clock.advance(ACK_TIMER.lossMargin * ANSWER_TIME - 1);
    expect(questions()).toEqual([]);
    clock.advance(1);
    expect(questions()).toMatchObject([{ values: ["a"] }]);
  });

  it("lets a machine that stood still read what has come before it asks", () => {
    const { clock, questions, acknowledge, standStill } = sender();
    clock.advance(900);
    standStill(500);
    clock.advance(100);
    // The timer has run, half a second late; the acknowledgement was there all the time, unread.
    acknowledge(1);
    clock.advance(60_000);
    expect(questions()).toEqual([]);
  });
});
