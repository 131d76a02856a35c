import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { Dialler } from "../../../src/adapters/tcp/dialler.js";
import { systemNames } from "../../../src/adapters/tcp/name-resolver.js";
import { Self } from "../../../src/adapters/tcp/self.js";
import type { Sockets } from "../../../src/adapters/tcp/sockets/sockets.js";
import { FakeSocket } from "./fake-socket.js";

it("an attempt to connect survives an error of its socket, and leaves neither a listener nor a timer behind", async () => {
  const clock = new FakeClock();
  const socket = new FakeSocket();
  let fail: (error: Error) => void = () => {};
  const opened = new Promise<void>((_, reject) => {
    fail = reject;
  });
  const sockets: Partial<Sockets> = { connect: () => ({ socket, opened }) };
  const deps = { clock, credentials: undefined, names: systemNames, sockets: sockets as Sockets };
  const { signal } = new AbortController();
  const attempt = new Dialler(deps, new Self("a", "x", true), 5_000).identify({ host: "10.0.0.2", port: 7000 }, signal);
  expect([getEventListeners(signal, "abort").length, clock.nextDue()]).toEqual([1, 5_000]);
  const error = new Error("the connection broke");
  socket.emit("error", error);
  fail(error);
  await expect(attempt).rejects.toBe(error);
  expect(socket.isDestroyed).toBe(true);
  expect([getEventListeners(signal, "abort"), clock.nextDue()]).toEqual([[], undefined]);
});
