import type { QueuePromise } from "./harness.js";
import { ensure, limitOf, type Scene, type Station, type TaggedBody } from "./scene.js";

/** The most bytes of each message of a burst, and the least bytes of the whole burst. */
const BURST_MESSAGE = 16 * 1024;
const SMALLEST_BURST = 4 * 2 ** 20;
/** Factor by which a burst exceeds the amount that a transport holds. */
const FAR_ABOVE = 8;

/** Promises about limits: of a message, of a queue. */
export const limitChecks = {
  "carries a body of maxMessageBytes": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    const limit = limitOf(a);
    const body = bodyOf(scene, limit);
    await scene.deliver(a, b, body, `a body of ${limit} bytes, which is maxMessageBytes, must arrive`);
    ensure(
      JSON.stringify(scene.arrived(b, body)?.body) === JSON.stringify(body),
      `a body of ${limit} bytes, which is maxMessageBytes, must arrive whole`,
    );
  },

  "drops a body that is too large, logs it, and continues": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, b, "at first");
    const body = bodyOf(scene, 2 * limitOf(a));
    const lines = scene.harness.log.length;
    scene.send(a, "b", body);
    await scene.until("a body of twice maxMessageBytes must be logged", () => scene.harness.log.length > lines);
    await scene.exchange(a, b, "after a body that was too large");
    ensure(
      !scene.has(b, body),
      "a body of twice maxMessageBytes must not be delivered: other networks would not carry it",
    );
  },

  "holds no more messages than it promises for an absent member": async (scene: Scene) => {
    const a = await scene.open("a");
    const gone = await scene.open("b");
    await scene.exchange(a, gone, "at first");
    await scene.close(gone);
    await scene.watch();
    const promise = scene.harness.forAbsentMember;
    const burst = await sendBurst(scene, a, promise);
    await scene.watch();
    const b = await scene.open("b");
    await scene.exchange(a, b, "once it is back");
    await scene.watch();
    judge(scene, burst, b, promise, "to an absent member");
  },

  "survives a burst for a slow member, within its bound and without an error": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, b, "at first");
    const promise = scene.harness.forSlowMember;
    // All at once, so that a receiver in this process cannot read meanwhile.
    const burst = await sendBurst(scene, a, promise);
    await scene.exchange(a, b, "after a burst");
    await scene.watch();
    judge(scene, burst, b, { ...promise, maxBytes: Number.POSITIVE_INFINITY }, "to a slow member");
  },
};

/** A body whose JSON has exactly this many bytes. */
function bodyOf(scene: Scene, bytes: number): TaggedBody {
  const body = scene.body({ padding: "" });
  return { ...body, padding: "x".repeat(bytes - JSON.stringify(body).length) };
}

async function sendBurst(scene: Scene, from: Station, { maxBytes }: QueuePromise): Promise<TaggedBody[]> {
  const bytes = Number.isFinite(maxBytes) ? Math.max(SMALLEST_BURST, FAR_ABOVE * maxBytes) : SMALLEST_BURST;
  const size = Math.min(BURST_MESSAGE, limitOf(from));
  const burst = Array.from({ length: Math.ceil(bytes / size) }, () => bodyOf(scene, size));
  for (const body of burst) {
    scene.send(from, "b", body);
    const held = scene.harness.queuedBytes?.(from.transport, "b") ?? 0;
    ensure(held <= maxBytes, `at most ${maxBytes} bytes may be held for one member, but ${held} are`);
  }
  return burst;
}

/** Whether the part of a burst that arrived is the promised one. */
function judge(scene: Scene, burst: readonly TaggedBody[], b: Station, promise: QueuePromise, which: string): void {
  const arrived = burst.filter((body) => scene.has(b, body));
  const bytes = arrived.reduce((sum, body) => sum + JSON.stringify(body).length, 0);
  ensure(bytes <= promise.maxBytes, `at most ${promise.maxBytes} bytes ${which} may be held, but ${bytes} arrived`);
  const [first, last] = [burst.at(0), burst.at(-1)].map((body) => body !== undefined && arrived.includes(body));
  const kept = {
    newest: last,
    oldest: first,
    nothing: arrived.length === 0,
    everything: arrived.length === burst.length,
    some: arrived.length > 0,
  };
  ensure(
    kept[promise.keeps] === true,
    `of too many messages ${which} the transport promises to keep ${promise.keeps}, but ${arrived.length} of ${burst.length} arrived, ` +
      `${first ? "with" : "without"} the first and ${last ? "with" : "without"} the last`,
  );
}
