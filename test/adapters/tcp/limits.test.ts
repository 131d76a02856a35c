import { describe, expect, it } from "vitest";
import { resolveLimits } from "../../../src/adapters/tcp/limits.js";
import { InvalidOptions } from "../../../src/application/options/invalid-options.js";

const resolve = (limits?: Parameters<typeof resolveLimits>[1]) => resolveLimits("tcpTransport", limits);

describe("the limits of a transport", () => {
  it("have the documented defaults", () => {
    const defaults = {
      maxMessageBytes: 8_388_608,
      maxQueuedBytes: 16_777_216,
      authenticationTimeout: 5_000,
      maxConnections: 1_000,
      maxUnauthenticated: 200,
      maxUnauthenticatedPerAddress: 64,
      shortestPause: 100,
      longestPause: 10_000,
      longestSilence: 10_000,
      closeTimeout: 2_000,
    };
    expect(resolve()).toEqual(defaults);
    expect(resolve({ maxConnections: undefined, closeTimeout: 5 })).toEqual({ ...defaults, closeTimeout: 5 });
  });

  it("leave room in the queue for one message with its envelope", () => {
    const room = { maxMessageBytes: 10_000, maxQueuedBytes: 14_096 };
    expect(resolve(room)).toMatchObject(room);
    expect(() => resolve({ ...room, maxQueuedBytes: 14_095 })).toThrow(InvalidOptions);
    expect(() => resolve({ ...room, maxQueuedBytes: 14_095 })).toThrow(
      "tcpTransport's option limits.maxQueuedBytes must be at least 14096 (maxMessageBytes and its envelope), but it is 14095",
    );
  });

  it("may have the same shortest and longest pause, and not a shorter longest one", () => {
    expect(resolve({ shortestPause: 300, longestPause: 300 })).toMatchObject({ shortestPause: 300, longestPause: 300 });
    expect(() => resolve({ shortestPause: 300, longestPause: 299 })).toThrow(
      "tcpTransport's option limits.longestPause must be at least limits.shortestPause, 300, but it is 299",
    );
    expect(() => resolve({ shortestPause: 10_001 })).toThrow("at least limits.shortestPause, 10001, but it is 10000");
  });
});
