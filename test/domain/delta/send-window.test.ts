import { describe, expect, it } from "vitest";
import { type SendOptions, SendWindow } from "../../../src/domain/delta/send-window.js";
import type { DotRange } from "../../../src/domain/values/dot.js";

const PATIENCE = 1_000;
const dotsOf = (number: number): DotRange[] => [["n0@1", number, 1]];

/** A window whose messages carry the value of the same number. */
function sending(first = 1) {
  const window = new SendWindow(first);
  const send = (sentAt: number, options: SendOptions = {}) => {
    const number = window.nextMessage();
    window.track(number, dotsOf(number), sentAt, options);
    return number;
  };
  const arrived: DotRange[] = [];
  const acknowledge = (numbers: readonly number[], now: number, held = 0) =>
    window.acknowledge(
      { incarnation: 1, ranges: numbers.map((number) => [number, number]), held },
      { now, patience: PATIENCE },
      (dots) => arrived.push(...dots),
    );
  return { window, send, acknowledge, arrived };
}

const numbersOf = (dots: Iterable<DotRange>) => [...dots].map(([, number]) => number);

describe("SendWindow", () => {
  it("numbers the messages from the first number on", () => {
    const { window, send } = sending(5);
    expect([window.isEmpty, window.lastNumber]).toEqual([true, 4]);
    expect([send(0), send(0)]).toEqual([5, 6]);
    expect([window.isEmpty, window.lastNumber]).toEqual([false, 6]);
  });

  it("tells the peer an unusual first number until it has acknowledged a message", () => {
    const { window, send, acknowledge } = sending(5);
    expect(window.unusualFirst).toBe(5);
    send(0);
    acknowledge([4], 10);
    expect(window.unusualFirst).toBe(5);
    acknowledge([5], 10);
    expect(window.unusualFirst).toBeUndefined();
    expect(sending(1).window.unusualFirst).toBeUndefined();
  });

  it("names the lowest number that is not acknowledged", () => {
    const { window, send, acknowledge } = sending();
    for (let sentAt = 0; sentAt < 3; sentAt++) send(sentAt);
    expect(window.baseOf(3)).toBe(1);
    acknowledge([1], 10);
    expect(window.baseOf(3)).toBe(2);
    acknowledge([2, 3], 10);
    expect(window.baseOf(4)).toBe(4);
    expect(window.isEmpty).toBe(true);
  });

  it("passes on what arrived, and tells what is in flight, in doubt, or lost", () => {
    const { window, send, acknowledge, arrived } = sending();
    send(0);
    send(10, { answers: [1, 1] });
    send(20);
    window.giveUpUntil(5);
    window.trustAnswers(10);
    const states = () => [numbersOf(window.inFlight()), numbersOf(window.doubtful()), numbersOf(window.lost())];
    expect(states()).toEqual([[2, 3], [3], [1]]);
    expect([1, 2, 3, 4].map((number) => window.isInFlight(number))).toEqual([false, false, true, false]);
    expect([1, 2, 3, 4].map((number) => window.isLost(number))).toEqual([true, false, false, false]);
    acknowledge([1, 2, 3], 30);
    expect(numbersOf(arrived)).toEqual([1, 2, 3]);
    expect(states()).toEqual([[], [], []]);
  });

  it("measures a round trip by the highest number alone, since only its time of arrival is known", () => {
    const { send, acknowledge } = sending();
    for (const sentAt of [0, 10, 20]) send(sentAt);
    expect(acknowledge([1, 3], 220, 50).roundTrip).toBe(150);
    // The highest number has been acknowledged before.
    expect(acknowledge([2, 3], 230).roundTrip).toBeUndefined();
  });

  it("counts as lost what is older than the patience, but as overtaken only what a later message has overtaken", () => {
    const { send, acknowledge } = sending();
    for (const sentAt of [0, 1, 2]) send(sentAt);
    expect(acknowledge([2], PATIENCE)).toMatchObject({ lost: 0, overtaken: 0 });
    expect(acknowledge([2], PATIENCE + 1)).toMatchObject({ lost: 1, overtaken: 1 });
    expect(acknowledge([2], PATIENCE + 3)).toMatchObject({ lost: 1, overtaken: 0 });
    expect(acknowledge([2], PATIENCE + 9)).toMatchObject({ lost: 0, overtaken: 0 });
  });

  it("does not count a message as overtaken that left while the peer received nothing for long", () => {
    const overtaken = (outage: number) => {
      const { send, acknowledge } = sending();
      send(0);
      send(100);
      const last = send(outage);
      acknowledge([1], 50);
      return acknowledge([last], outage + PATIENCE).overtaken;
    };
    expect(overtaken(4_000)).toBe(1);
    expect(overtaken(4_001)).toBe(0);
  });

  it("notices that the peer received something in between by an acknowledgement that comes later", () => {
    const { send, acknowledge } = sending();
    send(0);
    send(3_500);
    const between = send(3_600);
    const last = send(4_001);
    acknowledge([1, last], 4_100);
    acknowledge([between], 4_200);
    expect(acknowledge([last], 9_000).overtaken).toBe(1);
  });

  it("counts the messages before the first delivery and after the last one as overtaken if a later one arrives", () => {
    const { send, acknowledge } = sending();
    send(0);
    const last = send(100_000);
    expect(acknowledge([last], 200_000).overtaken).toBe(1);
  });

  it("says whether an upcast that requested its acknowledgement is acknowledged", () => {
    const answers = (options: SendOptions) => {
      const { send, acknowledge } = sending();
      send(0, options);
      send(0);
      return acknowledge([1, 2], 10).answersUpcast;
    };
    expect(answers({ isRequest: true, isUpcast: true })).toBe(true);
    expect(answers({ isRequest: true })).toBe(false);
    expect(answers({ isUpcast: true })).toBe(false);
  });

  it("gives up what left until a time, and only what is concerned", () => {
    const { window, send } = sending();
    for (const sentAt of [0, 10, 20]) send(sentAt);
    expect(window.giveUpUntil(10, ([dot]) => dot?.[1] !== 1)).toBe(1);
    expect(numbersOf(window.lost())).toEqual([2]);
    expect(window.giveUpUntil(10)).toBe(1);
    expect(window.giveUpUntil(10)).toBe(0);
  });

  it("trusts answers that left until a time, and no other messages", () => {
    const { window, send } = sending();
    send(0, { answers: [1, 1] });
    send(0);
    send(20, { answers: [2, 2] });
    window.trustAnswers(10);
    expect([1, 2, 3].map((number) => window.isInFlight(number))).toEqual([false, true, true]);
    expect(window.answered()).toEqual([[2, 2]]);
  });

  it("needs an acknowledgement of each answer that left before the peer may have stopped asking", () => {
    const { window, send } = sending();
    send(0, { answers: [1, 1] });
    expect(window.answered()).toEqual([[1, 1]]);
    window.distrustAnswers();
    window.trustAnswers(10);
    expect([window.answered(), window.isInFlight(1)]).toEqual([[], true]);
  });

  it("does not count a lost answer among those in flight", () => {
    const { window, send } = sending();
    send(0, { answers: [1, 1] });
    window.giveUpUntil(0);
    expect(window.answered()).toEqual([]);
  });

  it("gives up trusted answers if the peer lacks their values, and nothing else", () => {
    const { window, send } = sending();
    send(0, { answers: [1, 1] });
    send(0, { answers: [1, 1] });
    send(0);
    window.trustAnswers(0);
    window.giveUpTrusted(([dot]) => dot?.[1] !== 1);
    expect(numbersOf(window.lost())).toEqual([2]);
  });

  it("names the oldest message of each kind that is neither lost nor trusted", () => {
    const { window, send, acknowledge } = sending();
    send(0);
    send(10, { answers: [1, 1] });
    send(20, { isDirect: true });
    send(30, { isDirect: true });
    send(40, { isRequest: true });
    window.giveUpUntil(0);
    window.trustAnswers(10);
    const kinds = () => window.oldestUnacknowledged().map(({ sentAt, isOvertaken }) => [sentAt, isOvertaken]);
    expect(kinds()).toEqual([
      [20, false],
      [40, false],
    ]);
    acknowledge([3], 50);
    expect(kinds()).toEqual([
      // The peer lacks this answer, so it has to acknowledge it after all.
      [10, true],
      [30, false],
      [40, false],
    ]);
  });

  it("tells overtaken messages from later ones of the same kind", () => {
    const { window, send, acknowledge } = sending();
    for (const [sentAt, isDirect] of [
      [0, true],
      [10, false],
      [20, true],
      [30, false],
    ] as const)
      send(sentAt, { isDirect });
    acknowledge([2], 40);
    expect(window.oldestUnacknowledged()).toMatchObject([
      { sentAt: 0, isDirect: true, isOvertaken: true },
      { sentAt: 20, isDirect: true, isOvertaken: false },
      { sentAt: 30, isDirect: false, isOvertaken: false },
    ]);
  });

  it("takes no message for overtaken because a forged acknowledgement names numbers that were never sent", () => {
    const { window, send, acknowledge } = sending();
    send(0);
    acknowledge([2, Number.MAX_SAFE_INTEGER], 10);
    for (const sentAt of [20, 30]) send(sentAt, { isDirect: true });
    expect(window.oldestUnacknowledged()).toMatchObject([
      { sentAt: 0, isOvertaken: false },
      { sentAt: 20, isOvertaken: false },
    ]);
  });

  it("keeps its trust in answers that no later message has overtaken", () => {
    const { window, send, acknowledge } = sending();
    send(0);
    send(10, { answers: [1, 1] });
    acknowledge([1], 20);
    expect(window.answered()).toEqual([[1, 1]]);
    window.trustAnswers(10);
    expect(window.isInFlight(2)).toBe(false);
  });

  it("takes out the messages whose values the peer is known to have", () => {
    const { window, send } = sending();
    for (const sentAt of [0, 10]) send(sentAt);
    expect(window.takeOut(([dot]) => dot?.[1] === 1).map(({ sentAt }) => sentAt)).toEqual([0]);
    expect(numbersOf(window.inFlight())).toEqual([2]);
  });

  it("remembers the latest lost messages, whatever is in flight", () => {
    const { window, send } = sending();
    send(266);
    for (let sentAt = 0; sentAt <= 256; sentAt++) send(sentAt);
    window.giveUpUntil(256);
    expect(window.isInFlight(1)).toBe(true);
    expect([window.isLost(2), window.isLost(3)]).toEqual([false, true]);
  });
});
