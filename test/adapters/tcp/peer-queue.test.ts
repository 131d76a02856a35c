import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PeerQueue } from "../../../src/adapters/tcp/peer-queue.js";

function drain(queue: PeerQueue, size: number): string[] {
  const taken: string[] = [];
  while (!queue.isEmpty) taken.push(queue.take(size).toString());
  return taken;
}

describe("PeerQueue", () => {
  it("returns lines in order, about the requested size at a time", () => {
    const queue = new PeerQueue(100);
    for (const line of ["aa", "bb", "cc", "dd", "ee"]) expect(queue.push(Buffer.from(line), 0)).toBe(0);
    expect(drain(queue, 3)).toEqual(["aabb", "ccdd", "ee"]);
    expect(queue.bytes).toBe(0);
  });

  it("drops the oldest lines, and counts leaving ones against its limit", () => {
    const queue = new PeerQueue(10);
    for (const line of ["1111", "2222"]) queue.push(Buffer.from(line), 0);
    expect(queue.push(Buffer.from("3333"), 0)).toBe(1);
    expect(queue.push(Buffer.from("4"), 5)).toBe(1);
    expect(drain(queue, 1)).toEqual(["3333", "4"]);
  });

  it("keeps the order of thousands of lines", () => {
    const queue = new PeerQueue(1_000_000);
    const lines = Array.from({ length: 5_000 }, (_, index) => `${index} `);
    for (const line of lines.slice(0, 4_000)) queue.push(Buffer.from(line), 0);
    const taken = Array.from({ length: 3_000 }, () => String(queue.take(1)));
    for (const line of lines.slice(4_000)) queue.push(Buffer.from(line), 0);
    expect([...taken, ...drain(queue, 1)]).toEqual(lines);
    expect([queue.isEmpty, queue.bytes, queue.take(1).length]).toEqual([true, 0, 0]);
  });

  it("keeps the newest line of any size", () => {
    const queue = new PeerQueue(3);
    queue.push(Buffer.from("1"), 0);
    expect(queue.push(Buffer.from("22222"), 0)).toBe(1);
    expect(drain(queue, 1)).toEqual(["22222"]);
  });

  it("replaces the lines that are still queued, and none else", () => {
    const queue = new PeerQueue(100);
    for (const line of ["aa", "bb", "cc", "dd"]) queue.push(Buffer.from(line), 0);
    queue.take(2);
    const asked: string[] = [];
    queue.rewrite((line) => {
      asked.push(String(line));
      return asked.length === 2 ? undefined : Buffer.from(`${line}!`);
    });
    expect([asked, queue.bytes]).toEqual([["bb", "cc", "dd"], 8]);
    expect(drain(queue, 1)).toEqual(["bb!", "cc", "dd!"]);
  });

  it("keeps the newest lines that fit, for any sequence of operations", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(40), fc.constant("take")), { maxLength: 3000 }), (steps) => {
        const queue = new PeerQueue(200);
        let model: Buffer[] = [];
        for (const [index, step] of steps.entries())
          if (typeof step === "number") {
            const line = Buffer.alloc(step + 1, index);
            model.push(line);
            while (sizeOf(model) > 200 && model.length > 1) model = model.slice(1);
            queue.push(line, 0);
          } else if (!queue.isEmpty) expect(queue.take(1)).toEqual(model.shift());
        expect(queue.bytes).toBe(sizeOf(model));
      }),
      { numRuns: 50 },
    );
  });
});

function sizeOf(lines: readonly Buffer[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0);
}
