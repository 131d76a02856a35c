import { describe, expect, it, vi } from "vitest";
import { Readiness } from "../../src/domain/readiness.js";
import { VersionVector } from "../../src/domain/values/version-vector.js";

const having = (...counts: readonly (readonly [actor: string, count: number])[]): VersionVector => {
  const vector = new VersionVector();
  for (const [actor, count] of counts) vector.add([actor, 1, count]);
  return vector;
};

const NOTHING = having();

describe("Readiness", () => {
  it("waits for all that another member had at the first comparison", () => {
    const whenReady = vi.fn();
    const readiness = new Readiness(whenReady);
    readiness.compared(having(["n1@1", 3]), NOTHING);
    readiness.check(having(["n1@1", 2]));
    expect(whenReady).not.toHaveBeenCalled();
    expect(readiness.isAwaited).toBe(true);
    readiness.check(having(["n1@1", 3]));
    expect(whenReady).toHaveBeenCalledOnce();
    expect(readiness.isAwaited).toBe(false);
  });

  it("is reached at once by a node that lacks nothing", () => {
    const whenReady = vi.fn();
    new Readiness(whenReady).compared(having(["n1@1", 3]), having(["n1@1", 3], ["n2@1", 1]));
    expect(whenReady).toHaveBeenCalledOnce();
  });

  it("is not reached before the first comparison", () => {
    const whenReady = vi.fn();
    const readiness = new Readiness(whenReady);
    readiness.check(having(["n1@1", 3]));
    expect(whenReady).not.toHaveBeenCalled();
  });

  it("does not wait for what a later comparison shows", () => {
    const whenReady = vi.fn();
    const readiness = new Readiness(whenReady);
    readiness.compared(having(["n1@1", 3]), NOTHING);
    readiness.compared(having(["n1@1", 9]), NOTHING);
    readiness.check(having(["n1@1", 3]));
    expect(whenReady).toHaveBeenCalledOnce();
  });

  it("waits for all parts of a comparison that comes in several messages", () => {
    const whenReady = vi.fn();
    const readiness = new Readiness(whenReady);
    readiness.compared(having(["n1@1", 3]), NOTHING, true);
    readiness.compared(having(["n2@1", 2]), NOTHING, true);
    readiness.check(having(["n1@1", 3]));
    expect(whenReady).not.toHaveBeenCalled();
    readiness.check(having(["n1@1", 3], ["n2@1", 2]));
    expect(whenReady).toHaveBeenCalledOnce();
  });

  it("is announced once, and lasts", () => {
    const whenReady = vi.fn();
    const readiness = new Readiness(whenReady);
    readiness.isAlone();
    expect(whenReady).toHaveBeenCalledOnce();
    readiness.isAlone();
    readiness.compared(having(["n1@1", 3]), NOTHING);
    readiness.check(having(["n1@1", 3]));
    expect(whenReady).toHaveBeenCalledOnce();
    expect(readiness.isAwaited).toBe(false);
  });

  it("is awaited only by a node that was given a listener", () => {
    const readiness = new Readiness();
    expect(readiness.isAwaited).toBe(false);
    expect(() => readiness.isAlone()).not.toThrow();
  });
});
