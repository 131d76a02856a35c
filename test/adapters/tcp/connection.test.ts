import { describe, expect, it } from "vitest";
import { CompactWire } from "../../../src/adapters/compact-wire/compact-wire.js";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { Connection } from "../../../src/adapters/tcp/connection.js";
import { resolveLimits } from "../../../src/adapters/tcp/limits.js";
import { PeerQueue } from "../../../src/adapters/tcp/peer-queue.js";
import { FakeSocket } from "./fake-socket.js";

/** A connection to a member that listens at `h:1`. */
function connection(socket: FakeSocket): Connection {
  const ignore = () => {};
  const deps = {
    socket,
    queue: new PeerQueue(10_000),
    isCompact: false,
    compact: new CompactWire("a"),
    clock: new FakeClock(),
    listener: { message: ignore, body: ignore, tooLong: ignore, rival: ignore, alive: ignore, closed: ignore },
  };
  const hello = { from: "b", to: "a", life: "x", serial: 1, listens: "h:1" };
  return new Connection(deps, { dialled: false, ownSerial: 1, hello }, resolveLimits("tcpTransport"));
}

describe("Connection", () => {
  it("sends each message without delay, and lets the system probe a peer that is idle", () => {
    const socket = new FakeSocket("10.0.0.2", 5_000);
    connection(socket);
    expect(socket.settings).toEqual([{ noDelay: true }, { keepAlive: true, idleTime: 15_000 }]);
  });

  it("knows where the peer is, unless its socket is closed already", () => {
    const places = [new FakeSocket("10.0.0.2", 5_000), new FakeSocket()].map((socket) => connection(socket).place);
    expect(places).toEqual(['10.0.0.2:5000 (listening on "h:1")', 'an unknown address (listening on "h:1")']);
  });
});
