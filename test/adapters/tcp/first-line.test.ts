import { expect, it } from "vitest";
import { firstLine } from "../../../src/adapters/tcp/first-line.js";
import { FakeSocket } from "./fake-socket.js";

it("the first line is read from a socket, which is then paused and has no listeners left", async () => {
  const socket = new FakeSocket();
  const line = firstLine(socket);
  expect(socket.isPaused()).toBe(false);
  socket.emit("data", Buffer.from("hel"));
  socket.emit("data", Buffer.from("lo\n"));
  expect(String(await line)).toBe("hello");
  expect([socket.isPaused(), socket.eventNames()]).toEqual([true, []]);
});
