import { leftBehind, resources } from "./leaks.js";
import { ensure, type Scene } from "./scene.js";

/** Number of times that transports are opened and closed in the search for leaks. */
const LIVES = 20;
/** Messages sent just before `close`: a network may lose some, but not all. */
const LAST_WORDS = 20;

/** Promises about opening, closing, absence and return, and about absent receivers. */
export const lifetimeChecks = {
  "closes, also twice, and also when no other member is there": async (scene: Scene) => {
    const lonely = await scene.open("a");
    scene.send(lonely, "b", scene.body());
    await scene.close(lonely);
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, b, "before close");
    await scene.close(a);
    await scene.close(a);
  },

  "sends messages that were passed to it just before close": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, b, "before close");
    const words = Array.from({ length: LAST_WORDS }, () => scene.body());
    for (const body of words) scene.send(a, "b", body);
    await scene.close(a);
    await scene.until("a message that was sent just before close must arrive", () =>
      words.some((body) => scene.has(b, body)),
    );
  },

  "sends nothing after close": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, b, "before close");
    await scene.close(a);
    const body = scene.body();
    scene.send(a, "b", body);
    await scene.watch();
    ensure(!scene.has(b, body), "a closed transport must not send, but it did");
  },

  "delivers nothing to a closed member": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, b, "before close");
    const underWay = scene.body();
    scene.send(a, "b", underWay);
    await scene.close(b);
    const before = b.received.length;
    scene.send(a, "b", scene.body());
    await scene.watch();
    ensure(b.received.length === before, "a closed transport must not deliver, but it did");
  },

  "reaches a member that left and came back with the same id": async (scene: Scene) => {
    const [a, first] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, first, "at first");
    await scene.close(first);
    await scene.watch();
    const second = await scene.open("b");
    await scene.exchange(a, second, "once it is back");
  },

  "reaches a member that crashed and came back with the same id": async (scene: Scene) => {
    const [a, first] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, first, "at first");
    await scene.crash(first);
    for (let times = 0; times < 3; times++) {
      scene.send(a, "b", scene.body());
      await scene.watch();
    }
    const second = await scene.open("b");
    await scene.exchange(second, a, "once it is back");
    const known = first.received.length;
    await scene.deliver(a, second, scene.body());
    ensure(first.received.length === known, "the crashed life of a member must not get the messages of its next life");
  },

  "drops a message to a stranger, and continues": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    const body = scene.body();
    scene.send(a, "nobody", body);
    await scene.exchange(a, b, "after a message to a stranger");
    ensure(!scene.has(b, body), "a message to a stranger must not reach a member");
  },

  "survives a message to itself": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    const body = scene.body();
    scene.send(a, "a", body);
    ensure(!scene.has(a, body), "send must return before a message to itself is delivered");
    await scene.exchange(a, b, "after a message to itself");
    ensure(!scene.has(b, body), "a message to itself must not reach another member");
  },

  "leaves no handle and no listener behind": async (scene: Scene) => {
    const live = async () => {
      const [a, b] = [await scene.open("a"), await scene.open("b")];
      await scene.exchange(a, b, "in each of many lives");
      await scene.close(a);
      await scene.close(b);
    };
    // An object that is created once and kept is not a leak.
    await live();
    const before = resources(scene.harness);
    for (let life = 0; life < LIVES; life++) await live();
    let left: string[] = [];
    await scene
      .until("", () => {
        left = leftBehind(before, resources(scene.harness), LIVES);
        return left.length === 0;
      })
      .catch(() => {});
    ensure(
      left.length === 0,
      `two transports, opened and closed ${LIVES} times, must leave nothing behind, but they left ${left.join(", ")}`,
    );
  },
};
