import { describe, expect, it } from "vitest";
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
    clock.advance(ACK_DUE + 2 * ANSWER_TIME - 1);
    expect(questions()).toHaveLength(2);
    clock.advance(1);
    expect(questions()).toHaveLength(3);
    expect(silent).toEqual([]);
    clock.advance(ANSWER_TIME);
    expect(silent).toHaveLength(1);
    clock.advance(60_000);
    expect(questions()).toHaveLength(3);
  });

  it("asks more often and longer where many messages get lost", () => {
    const { clock, pacer, silent, questions } = sender();
    pacer.isLossy = true;
    clock.advance(ACK_DUE + 7 * ANSWER_TIME);
    expect(questions()).toHaveLength(8);
    expect(silent).toEqual([]);
    clock.advance(ANSWER_TIME);
    expect(silent).toHaveLength(1);
  });

  it("waits for a message that a later one has overtaken hardly longer than an answer takes", () => {
    const { clock, batcher, log, questions, acknowledge } = sender();
    log.accept("b", clock.now());
    batcher.flush("n1");
    acknowledge(2);
    clock.advance(359);
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

  it("asks all the same after such a pause if nothing was there to read", () => {
    const { clock, questions, standStill } = sender();
    clock.advance(900);
    // Up to 10 ms do not count as a pause.
    standStill(11);
    clock.advance(129);
    expect(questions()).toEqual([]);
    clock.advance(1);
    expect(questions()).toHaveLength(1);
  });

  it("takes a timer that is a little late for one in time", () => {
    const { clock, questions, standStill } = sender();
    clock.advance(900);
    standStill(10);
    clock.advance(100);
    expect(questions()).toHaveLength(1);
  });

  it("sets one timer, however often it is told to watch, and none if nothing is on its way", () => {
    const { clock, retransmitter, questions, acknowledge } = sender();
    for (let time = 0; time < 3; time++) retransmitter.watch("n1");
    clock.advance(ACK_DUE);
    expect(questions()).toHaveLength(1);
    acknowledge(1, 2);
    retransmitter.watch("n1");
    retransmitter.watch("n3");
    expect(clock.nextDue()).toBeUndefined();
  });

  it("watches no more once it is cancelled", () => {
    const { clock, retransmitter, questions } = sender();
    retransmitter.cancel("n1");
    clock.advance(60_000);
    expect(questions()).toEqual([]);
  });

  it("counts failures in a row: an acknowledgement in between makes up for all of them", () => {
    const { clock, accept, silent, retransmitter, acknowledge } = sender();
    clock.advance(ACK_DUE + 2 * ANSWER_TIME);
    acknowledge(1, 2, 3, 4);
    accept("b");
    clock.advance(STUB_TIMES.departure);
    retransmitter.watch("n1");
    clock.advance(ACK_DUE + 2 * ANSWER_TIME);
    expect(silent).toEqual([]);
    clock.advance(ANSWER_TIME);
    expect(silent).toHaveLength(1);
  });

  it("follows the schedule: what is due later by now is not asked about yet", () => {
    const { clock, pacer, questions } = sender();
    clock.advance(500);
    pacer.ackDue = (_, sentAt) => sentAt + 2 * ACK_DUE;
    clock.advance(2 * ACK_DUE - 501);
    expect(questions()).toEqual([]);
    clock.advance(1);
    expect(questions()).toHaveLength(1);
  });

  it("does not ask for an answer of its own while no messages get lost: the neighbour would ask for it", () => {
    const answer = (isCalm: boolean) => {
      const { clock, peers, pacer, retransmitter, questions, acknowledge } = sender();
      acknowledge(1);
      pacer.isCalm = isCalm;
      peers.of("n1").send([["n0@1", 1, 1]], clock.now(), { answers: [1, 1] });
      retransmitter.watch("n1");
      clock.advance(ACK_DUE);
      return questions().length;
    };
    expect([answer(true), answer(false)]).toEqual([0, 1]);
  });

  it("keeps nothing about a member once nothing is awaited, so that the peer may rest", () => {
    const { clock, peers, retransmitter, acknowledge } = sender();
    acknowledge(1);
    peers.of("n1").send([["n0@1", 1, 1]], clock.now(), { answers: [1, 1] });
    retransmitter.watch("n1");
    expect(peers.of("n1").slots.isEmpty).toBe(false);
    clock.advance(ACK_DUE);
    expect(peers.of("n1").slots.isEmpty).toBe(true);
  });

  it("asks a member that is not given up after growing pauses, up to a limit", () => {
    const { clock, peers, batcher, pacer, accept } = soloMember();
    const timer = new AckTimer({ clock, peers, batcher, pacer });
    const askedAt: number[] = [];
    const requestAck = batcher.requestAck.bind(batcher);
    batcher.requestAck = (member) => {
      askedAt.push(clock.now());
      requestAck(member);
    };
    accept("a");
    clock.advance(STUB_TIMES.departure);
    timer.watch("n1");
    clock.advance(20_000);
    const pauses = askedAt.slice(1).map((at, index) => at - (askedAt[index] ?? 0));
    const patient = new Array(3).fill(ANSWER_TIME);
    expect(pauses.slice(0, 10)).toEqual([
      ...patient,
      ...[1, 2, 3, 4, 5].map((times) => ANSWER_TIME * 1.5 ** times),
      2_000,
      2_000,
    ]);
  });

  it("asks at a steady pace where many messages get lost, and takes the answer for due as soon as it can come", () => {
    const { clock, pacer, questions } = sender();
    pacer.isLossy = true;
    pacer.ackDue = (_, sentAt) => sentAt + ACK_DUE;
    clock.advance(ACK_DUE);
    expect(questions()).toHaveLength(1);
    clock.advance(5 * ANSWER_TIME);
    expect(questions()).toHaveLength(6);
  });
});
