import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { post, serve } from "./support/servers.js";

const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Sets the time of day of this host; its monotonic clock goes on. */
function setClock(change: number): void {
  vi.setSystemTime(Date.now() + change);
}

it("broadcasts a value once per idempotency key, even if the clock is set forward by two days in between", async () => {
  const { url, node } = await serve();
  await post(`${url}/broadcast`, 1, { "idempotency-key": "a" });
  setClock(48 * HOUR);
  expect((await post(`${url}/broadcast`, 1, { "idempotency-key": "a" })).status).toBe(200);
  expect([...node.values()]).toEqual([1]);
});

it("says how long a server runs, even if the clock is set back", async () => {
  const { url } = await serve();
  setClock(-HOUR);
  const { uptime } = (await (await fetch(`${url}/status`)).json()) as { uptime: number };
  expect(uptime).toBeGreaterThanOrEqual(0);
  expect(uptime).toBeLessThan(HOUR);
});
