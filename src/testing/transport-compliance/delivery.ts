import { ensure, type Scene } from "./scene.js";

const MANY = 300;

/** Promises about every message, by name. */
export const deliveryChecks = {
  "delivers a message with the id of its sender": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    const body = scene.body();
    await scene.deliver(a, b, body);
    const from = scene.arrived(b, body)?.from;
    ensure(from === "a", `a message from a must name a as its sender, but it named ${String(from)}`);
  },

  "delivers a message only to its receiver": async (scene: Scene) => {
    const [a, b, c] = [await scene.open("a"), await scene.open("b"), await scene.open("c")];
    const [forB, forC] = [scene.body(), scene.body()];
    await scene.deliver(a, b, forB);
    await scene.deliver(a, c, forC);
    await scene.watch();
    for (const [station, body] of [[b, forC] as const, [c, forB] as const, [a, forB] as const])
      ensure(!scene.has(station, body), `a message must reach only its receiver, but it also reached ${station.id}`);
  },

  "delivers each of many messages, in both directions at once, in any order": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    const toB = Array.from({ length: MANY }, () => scene.body());
    const toA = Array.from({ length: MANY }, () => scene.body());
    const missing = () => [
      ...toB.filter((body) => !scene.has(b, body)).map((body) => [a, b, body] as const),
      ...toA.filter((body) => !scene.has(a, body)).map((body) => [b, a, body] as const),
    ];
    await scene.until(
      `each of ${MANY} messages per direction must arrive, if lost ones are sent again`,
      () => missing().length === 0,
      () => {
        for (const [from, to, body] of missing()) scene.send(from, to.id, body);
      },
    );
  },

  "returns from send before anything is delivered": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, b, "at first");
    const body = scene.body();
    scene.send(a, "b", body);
    ensure(
      !scene.has(b, body),
      "send must return before its message is delivered; otherwise answers would recurse without end",
    );
    await scene.deliver(a, b, body);
  },

  "keeps messages that come before there is a listener, and delivers them first": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.openUnheard("b")];
    const early = scene.body();
    for (let times = 0; times < 3; times++) {
      scene.send(a, "b", early);
      await scene.watch();
    }
    scene.listen(b);
    const late = scene.body();
    await scene.deliver(a, b, late);
    ensure(
      scene.has(b, early),
      "a message that came before there was a listener must be delivered to it, but it was lost",
    );
    const isEarlyFirst = scene.position(b, early) < scene.position(b, late);
    ensure(isEarlyFirst, "a message that came before there was a listener must be delivered first, but it came later");
  },

  "delivers only to the listener that was set last": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, b, "at first");
    const replacement = { ...b, received: [] };
    scene.listen(replacement);
    const body = scene.body();
    await scene.deliver(a, replacement, body, "a message must be delivered to the listener that was set last");
    ensure(!scene.has(b, body), "a message must not be delivered to a listener that was replaced");
  },
};
