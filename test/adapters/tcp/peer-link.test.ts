import { describe, expect, it } from "vitest";
import { CompactWire } from "../../../src/adapters/compact-wire/compact-wire.js";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import type { Address } from "../../../src/adapters/tcp/address.js";
import { BackOff } from "../../../src/adapters/tcp/back-off.js";
import type { Dialler } from "../../../src/adapters/tcp/dialler.js";
import { resolveLimits } from "../../../src/adapters/tcp/limits.js";
import { PeerLink } from "../../../src/adapters/tcp/peer-link.js";
import { RationedLog } from "../../../src/adapters/tcp/rationed-log.js";
import { RecordingLog } from "../../application/recording-ports.js";
import { FakeSocket } from "./fake-socket.js";

const ADDRESS = { host: "10.0.0.2", port: 7000 };
const introduced = { dialled: false, ownSerial: 1, hello: { from: "b", to: "a", life: "x", serial: 1 } };

/** The link of a node `a` to `b`, all of whose attempts to connect fail at once, and the times of these attempts. */
function linkTo(address: Address | undefined) {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const attempts: number[] = [];
  const dial = () => {
    attempts.push(clock.now());
    return Promise.reject(new Error("no process listens there"));
  };
  const deps = {
    self: "a",
    clock,
    log: new RationedLog(log, clock),
    limits: resolveLimits("tcpTransport", { shortestPause: 100, longestPause: 10_000 }),
    dialler: { dial } as unknown as Dialler,
    compact: new CompactWire("a"),
    backOff: new BackOff({ next: () => 0.5 }, 100, 10_000),
    listener: { message: () => {}, body: () => {}, tooLong: () => {}, disconnected: () => {}, dropped: () => {} },
  };
  const link = new PeerLink(deps, "b", address);
  /** Opens a connection of the member. */
  const connect = () => {
    const socket = new FakeSocket("10.0.0.2", 5_000);
    link.adopt({ socket, introduced, isCompact: false });
    return socket;
  };
  return { link, clock, log, attempts, connect };
}

describe("PeerLink", () => {
  it("does not try to connect to a member without an address", async () => {
    const { link, clock, attempts } = linkTo(undefined);
    link.send(Buffer.from("{}\n"));
    await new Promise(setImmediate);
    expect([attempts, clock.nextDue()]).toEqual([[], undefined]);
  });

  it("wants a connection until it is closed", async () => {
    const { link } = linkTo(ADDRESS);
    expect(link.wants(introduced)).toBe(true);
    await link.finish();
    expect(link.wants(introduced)).toBe(false);
  });

  it.each([
    [9_999, 800],
    [10_000, 100],
  ])(
    "after a connection of %i ms tries again after %i ms: one that lasted ends the growing of pauses",
    async (duration, pause) => {
      const { link, clock, attempts, connect } = linkTo(ADDRESS);
      link.send(Buffer.from("{}\n"));
      for (const wait of [100, 200]) {
        await new Promise(setImmediate);
        clock.advance(wait);
      }
      await new Promise(setImmediate);
      expect(attempts).toEqual([0, 100, 300]);
      const socket = connect();
      await new Promise(setImmediate);
      clock.advance(duration);
      link.send(Buffer.from("{}\n"));
      socket.emit("close");
      clock.advance(pause - 1);
      expect(attempts).toHaveLength(3);
      clock.advance(1);
      expect(attempts).toHaveLength(4);
    },
  );
});
