import { describe, expect, it } from "vitest";
import type { Message } from "../../../src/workbench/model/message.js";
import { Recorder } from "../../../src/workbench/report/recorder.js";

const request = (value: number): Message => ({ src: "c0", dest: "n0", body: { type: "broadcast", message: value } });
const spread = (src: string, dest: string, values: readonly number[]): Message => ({
  src,
  dest,
  body: { type: "gossip", values },
});

describe("the recorder", () => {
  it("counts times from the beginning of the workload", () => {
    const recorder = new Recorder(["n0", "n1"]);
    recorder.workloadBegan(1000);
    recorder.delivered(1001, request(0));
    const message = spread("n0", "n1", [0]);
    recorder.sent(1002.5, message, 40);
    recorder.delivered(1102.5, message);
    const { messages, received, types } = recorder.recording();
    expect(messages).toEqual([
      { from: 0, to: 1, type: 0, sentAt: 2.5, endedAt: 102.5, values: [0], up: false, bytes: 40 },
    ]);
    expect(types).toEqual(["gossip"]);
    expect(received).toEqual(new Map([[0, 1]]));
  });

  it("takes only numbers for values that the sender can have had", () => {
    const recorder = new Recorder(["n0", "n1"]);
    recorder.delivered(0, request(3));
    recorder.sent(1, spread("n0", "n1", [3, 4]), 0);
    recorder.sent(1, spread("n1", "n0", [3]), 0);
    expect(recorder.recording().messages.map(({ values }) => values)).toEqual([[3], []]);
  });

  it("keeps the cause of a drop, and does not count the message as delivered", () => {
    const recorder = new Recorder(["n0", "n1"]);
    recorder.delivered(0, request(3));
    const message = spread("n0", "n1", [3]);
    recorder.sent(1, message, 0);
    recorder.lost(5, message, "partition");
    const { messages, causes } = recorder.recording();
    expect(messages[0]).toMatchObject({ endedAt: 5, lostBy: 0 });
    expect(causes).toEqual(["partition"]);
    expect(recorder.knows(1, 3)).toBe(false);
  });

  it("counts each copy of a duplicated message, and leaves open messages in flight", () => {
    const recorder = new Recorder(["n0", "n1"]);
    const doubled = spread("n0", "n1", []);
    recorder.sent(1, doubled, 0);
    recorder.sent(2, spread("n1", "n0", []), 0);
    recorder.delivered(5, doubled);
    recorder.delivered(8, doubled);
    expect(recorder.recording().messages.map(({ sentAt, endedAt }) => [sentAt, endedAt])).toEqual([
      [1, 5],
      [1, 8],
      [2, undefined],
    ]);
  });

  describe("when it is full", () => {
    const many = (recorder: Recorder, count: number, values: readonly number[]) => {
      for (let at = 1; at <= count; at++) recorder.sent(at, spread("n0", "n1", values), 10);
    };

    it("keeps the first messages, and counts later ones", () => {
      const recorder = new Recorder(["n0", "n1"], { messages: 3, values: 100 });
      many(recorder, 3, []);
      expect(recorder.recording().unrecorded).toBe(0);
      many(recorder, 2, []);
      expect(recorder.recording()).toMatchObject({ unrecorded: 2, messages: [{}, {}, {}] });
    });

    it("keeps no more values than fit, for any messages", () => {
      const recorder = new Recorder(["n0", "n1"], { messages: 100, values: 5 });
      recorder.delivered(0, request(1));
      recorder.delivered(0, request(2));
      many(recorder, 4, [1, 2]);
      many(recorder, 1, []);
      expect(recorder.recording()).toMatchObject({ unrecorded: 2, messages: [{}, {}, {}] });
    });

    it("takes no message between nodes for a client's request", () => {
      const recorder = new Recorder(["n0", "n1"], { messages: 0, values: 100 });
      const message: Message = { src: "n0", dest: "n1", body: { type: "broadcast", message: 7 } };
      recorder.sent(1, message, 10);
      recorder.delivered(2, message);
      expect(recorder.recording().received).toEqual(new Map());
      expect(recorder.knows(1, 7)).toBe(false);
    });
  });
});
