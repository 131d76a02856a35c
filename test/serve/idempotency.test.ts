import { describe, expect, it } from "vitest";
import { IdempotencyKeys, KeyReused } from "../../src/serve/idempotency.js";

function createKeys(mostKeys = 10, lifetime = 1000) {
  let now = 0;
  let count = 0;
  const keys = new IdempotencyKeys(mostKeys, lifetime, () => now);
  const ask = (key: string, digest = "same") =>
    keys.answer(key, digest, async () => ({ status: 200, body: { count: ++count } })).then(({ body }) => body);
  return { keys, ask, wait: (ms: number) => (now += ms) };
}

describe("idempotency keys", () => {
  it("give the first answer again, also while the first request is still at work", async () => {
    const { ask } = createKeys();
    expect(await Promise.all([ask("k"), ask("k")])).toEqual([{ count: 1 }, { count: 1 }]);
    expect(await ask("k")).toEqual({ count: 1 });
    expect(await ask("other")).toEqual({ count: 2 });
  });

  it("refuse a key that comes with another request", async () => {
    const { ask } = createKeys();
    await ask("k");
    await expect(ask("k", "different")).rejects.toThrow(KeyReused);
  });

  it("are forgotten after their time, and the oldest ones if there are too many", async () => {
    const { ask, wait } = createKeys(2);
    await ask("a");
    wait(1000);
    expect(await ask("a")).toEqual({ count: 2 });
    await ask("b");
    await ask("c");
    expect(await ask("a")).toEqual({ count: 5 });
    expect(await ask("c")).toEqual({ count: 4 });
  });

  it("are free again after a failure", async () => {
    const { keys, ask } = createKeys();
    const failing = keys.answer("k", "same", () => Promise.reject(new Error("not accepted")));
    await expect(failing).rejects.toThrow("not accepted");
    expect(await ask("k")).toEqual({ count: 1 });
  });
});
