import { leftBehind, resources } from "./leaks.js";
import { ensure, type Scene } from "./scene.js";

/** How often transports are opened and closed in search of a leak. */
const LIVES = 20;
/** Messages that are sent just before `close`: a network may lose one, but not all. */
const LAST_WORDS = 20;

/** Opening, closing, going away and coming back; and receivers that are not there. */
export const lifetimeChecks = {
  "closes, also twice, and also with nobody there": async (scene: Scene) => {
    const lonely = await scene.open("a");
    scene.send(lonely, "b", scene.body());
    await scene.close(lonely);
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, b, "before close");
    await scene.close(a);
    await scene.close(a);
  },

  "sends what was sent just before close": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, b, "before close");
    const words = Array.from({ length: LAST_WORDS }, () => scene.body());
    for (const body of words) scene.send(a, "b", body);
    await scene.close(a);
    await scene.until("what was sent just before close must arrive", () => words.some((body) => scene.has(b, body)));
  },

  "sends nothing after close": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, b, "before close");
    await scene.close(a);
    const body = scene.body();
    scene.send(a, "b", body);
    await scene.watch();
    ensure(!scene.has(b, body), "a transport that is closed must not send, and did");
  },

  "delivers nothing to a member that is closed": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, b, "before close");
    const underWay = scene.body();
    scene.send(a, "b", underWay);
    await scene.close(b);
    const before = b.received.length;
    scene.send(a, "b", scene.body());
    await scene.watch();
    ensure(b.received.length === before, "a transport that is closed must not deliver, and did");
  },

  "reaches a member that went away and came back under its id": async (scene: Scene) => {
    const [a, first] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, first, "at first");
    await scene.close(first);
    await scene.watch();
    const second = await scene.open("b");
    await scene.exchange(a, second, "once it is back");
  },

  "reaches a member that crashed and came back under its id": async (scene: Scene) => {
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

  "loses a message to a stranger, and goes on": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    const body = scene.body();
    scene.send(a, "nobody", body);
    await scene.exchange(a, b, "after a message to a stranger");
    ensure(!scene.has(b, body), "a message to a stranger must not reach a member");
  },

  "takes a message to itself without harm": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    const body = scene.body();
    scene.send(a, "a", body);
    ensure(!scene.has(a, body), "send must return before a message to oneself is delivered");
    await scene.exchange(a, b, "after a message to itself");
    ensure(!scene.has(b, body), "a message to oneself must not reach another member");
  },

  "leaves no handle and no listener behind": async (scene: Scene) => {
    const live = async () => {
      const [a, b] = [await scene.open("a"), await scene.open("b")];
      await scene.exchange(a, b, "in each of many lives");
      await scene.close(a);
      await scene.close(b);
    };
    // What is made once and kept is no leak.
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
      `${LIVES} times opened and closed, two transports must leave nothing, and left ${left.join(", ")}`,
    );
  },
};
