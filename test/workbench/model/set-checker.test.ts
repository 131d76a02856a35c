import { describe, expect, it } from "vitest";
import { SetChecker } from "../../../src/workbench/model/set-checker.js";

/** Writes a history by hand: each call is one event, at the time given. */
class HandWritten {
  readonly checker: SetChecker;
  private position = 0;

  constructor(nodes = 2) {
    this.checker = new SetChecker(nodes);
  }

  broadcast(value: number): this {
    this.position++;
    this.checker.broadcastInvoked(value);
    return this;
  }

  acknowledged(value: number, time: number): this {
    this.checker.broadcastAcknowledged(value, this.position++, time);
    return this;
  }

  /** Begins a read; the function returned completes it. */
  read(time: number, node = 0) {
    const invokedPosition = this.position++;
    return (completedAt: number, ...values: unknown[]) =>
      this.checker.readCompleted({
        invokedPosition,
        invokedAt: time,
        completedPosition: this.position++,
        completedAt,
        node,
        values,
      });
  }

  outcome(value: number) {
    return this.checker.outcomes()[value];
  }
}

describe("the known time", () => {
  it("is the acknowledgement if that comes first", () => {
    const history = new HandWritten().broadcast(0).acknowledged(0, 10);
    history.read(20)(25, 0);
    expect(history.outcome(0)).toMatchObject({ fate: "stable", knownAt: 10 });
  });

  it("is the completion of the first read that shows the value if that comes first", () => {
    const history = new HandWritten().broadcast(0);
    history.read(5)(8, 0);
    history.acknowledged(0, 10);
    expect(history.outcome(0)).toMatchObject({ fate: "stable", knownAt: 8 });
  });

  it("exists for a value that was never acknowledged but read", () => {
    const history = new HandWritten().broadcast(0);
    history.read(5)(8, 0);
    expect(history.outcome(0)).toMatchObject({ fate: "stable", knownAt: 8, latency: 0 });
  });
});

describe("the latency of a stable value", () => {
  it("is 0 when no read lacked it", () => {
    const history = new HandWritten().broadcast(0).acknowledged(0, 10);
    history.read(20)(25, 0);
    expect(history.outcome(0)?.latency).toBe(0);
  });

  it("runs from the known time to the invocation, not the completion, of the last read that lacked it", () => {
    const history = new HandWritten().broadcast(0).acknowledged(0, 10);
    history.read(30)(90);
    history.read(50)(95);
    history.read(60)(99, 0);
    expect(history.outcome(0)?.latency).toBe(40);
  });

  it("is 0 when the last read that lacked it began before the known time", () => {
    const history = new HandWritten().broadcast(0);
    const early = history.read(5);
    history.acknowledged(0, 10);
    early(20);
    history.read(30)(31, 0);
    expect(history.outcome(0)?.latency).toBe(0);
  });

  it("uses the order of invocations even when reads overtake each other", () => {
    const history = new HandWritten().broadcast(0).acknowledged(0, 10);
    const first = history.read(20);
    const second = history.read(30);
    second(31, 0);
    first(90);
    expect(history.outcome(0)).toMatchObject({ fate: "stable", latency: 10 });
  });
});

describe("a value is lost", () => {
  it("when the last read lacks it although it was acknowledged and shown before", () => {
    const history = new HandWritten().broadcast(0).acknowledged(0, 10);
    history.read(20)(21, 0);
    history.read(30)(31);
    expect(history.outcome(0)?.fate).toBe("lost");
  });

  it("when it was acknowledged and no later read shows it", () => {
    const history = new HandWritten().broadcast(0).acknowledged(0, 10);
    history.read(20)(21);
    expect(history.outcome(0)?.fate).toBe("lost");
  });
});

describe("a value is never-read", () => {
  it("when it was acknowledged and no read came after", () => {
    expect(new HandWritten().broadcast(0).acknowledged(0, 10).outcome(0)?.fate).toBe("never-read");
  });

  it("when it was never acknowledged and no read shows it", () => {
    const history = new HandWritten().broadcast(0);
    history.read(20)(21);
    expect(history.outcome(0)?.fate).toBe("never-read");
  });

  it("when the only read that lacked it began before it was known", () => {
    const history = new HandWritten().broadcast(0);
    const early = history.read(5);
    history.acknowledged(0, 10);
    early(20);
    expect(history.outcome(0)?.fate).toBe("never-read");
  });
});

describe("a read", () => {
  it("says nothing about values that are broadcast after it has completed", () => {
    const history = new HandWritten();
    history.read(1)(2);
    history.broadcast(0).acknowledged(0, 10);
    history.read(20)(21, 0);
    expect(history.outcome(0)).toEqual({ value: 0, fate: "stable", knownAt: 10, latency: 0 });
  });

  it("must not show a value twice", () => {
    const history = new HandWritten().broadcast(0).broadcast(1);
    expect(history.read(1)(2, 0, 1, 0, 0).twice).toEqual([0, 0]);
  });

  it("must not show a value that no client broadcast, not even as text", () => {
    const history = new HandWritten().broadcast(0);
    const invented = [1, -1, 0.5, "0", null, [0]];
    expect(history.read(1)(2, 0, ...invented).invented).toEqual(invented);
  });
});

it("a value is everywhere once a read of every node has shown it", () => {
  const history = new HandWritten(2).broadcast(0).broadcast(1);
  history.read(1, 0)(2, 0, 1);
  history.read(1, 0)(2, 0, 1);
  expect(history.checker.notYetEverywhere).toBe(2);
  history.read(1, 1)(2, 1);
  expect(history.checker.notYetEverywhere).toBe(1);
});

it("values beyond the first thousands are kept like the others", () => {
  const history = new HandWritten(1);
  for (let value = 0; value < 5000; value++) history.broadcast(value).acknowledged(value, value);
  history.read(6000)(6001, ...Array.from({ length: 4999 }, (_, value) => value));
  const fates = history.checker.outcomes().map(({ fate }) => fate);
  expect(fates.filter((fate) => fate === "stable")).toHaveLength(4999);
  expect(fates[4999]).toBe("lost");
});
