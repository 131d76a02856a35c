import { describe, expect, it } from "vitest";
import { candidatesIn } from "../../../src/workbench/report/carried-values.js";

describe("the possible values of a message", () => {
  it("are the numbers under a usual name, at any depth", () => {
    expect(candidatesIn({ type: "spread", message: 7, msg_id: 3 })).toEqual([7]);
    expect(candidatesIn({ type: "gossip", values: [1, 2], number: 9, ages: [44] })).toEqual([1, 2]);
    expect(candidatesIn({ type: "batch", items: [{ message: 4 }, { message: 5 }] })).toEqual([4, 5]);
    expect(candidatesIn({ type: "read_ok", messages: [8], in_reply_to: 1 })).toEqual([8]);
  });

  it("are the lists of integers of a message without a usual name", () => {
    expect(candidatesIn({ type: "share", delta: [3, 4], hops: 2 })).toEqual([3, 4]);
  });

  it("are never the numbers of the protocol, of a reply, or deep inside a digest", () => {
    expect(candidatesIn({ type: "broadcast", msg_id: 5, in_reply_to: 6 })).toEqual([]);
    expect(candidatesIn({ type: "share_ok", got: [1, 2] })).toEqual([]);
    expect(candidatesIn({ type: "digest", vector: [["n1@1", [[1, 5]]]] })).toEqual([]);
  });

  it("are found in bodies of any shape without a stack overflow", () => {
    let nested: object = { message: 1 };
    for (let depth = 0; depth < 10_000; depth++) nested = { nested };
    expect(candidatesIn({ type: "deep", nested })).toEqual([]);
  });
});
