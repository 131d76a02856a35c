import type { Conversation } from "../conversation.js";
import { LibraryScene } from "./library-scene.js";
import type { Scenarios } from "./scenarios.js";

const BUDGETS = ["default", "frugal", "eager"] as const;
type Budget = (typeof BUDGETS)[number];
const FIVE = ["a", "b", "c", "d", "e"];
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** What applications do that embed the engine. */
export function* library(): Scenarios {
  for (const budget of BUDGETS) {
    yield [`members-${budget}`, (conversation) => membersComeAndGo(conversation, budget)];
    yield [`retain-age-${budget}`, (conversation) => keepsTwentyMinutes(conversation, budget)];
    yield [`events-${budget}`, (conversation) => eachBroadcastCounts(conversation, budget)];
  }
  yield ["retain-count", keepsTheLatest];
  yield ["no-room-for-rounds", noRoomForRounds];
}

/** Newcomers, goodbyes, deaths and a return, the root's among them, under values that ask for acknowledgements. */
async function membersComeAndGo(conversation: Conversation, budget: Budget): Promise<void> {
  const scene = new LibraryScene(conversation, { budget, ackTimeout: 3000 });
  let value = 0;
  const talk = async (ids: readonly string[], seconds: number) => {
    for (let second = 0; second < seconds; second++)
      for (const id of ids) {
        scene.broadcast(id, `${id} ${value}`, { ack: value % 3 === 0 ? "local" : value % 3 === 1 ? 2 : "all" });
        value++;
        await scene.run(SECOND / ids.length, 5);
      }
  };
  scene.come("a", "b", "c");
  await scene.run(3 * SECOND);
  await talk(["a", "b", "c"], 3);
  scene.come("d", "e");
  await talk(["a", "c"], 5);
  scene.broadcast("a", "last words of the root");
  scene.leave("a");
  await talk(["b", "e"], 5);
  scene.die("b");
  await talk(["c", "d"], 10);
  scene.come("a");
  scene.loss = 0.1;
  await talk(["a", "e"], 8);
  scene.loss = 0;
  scene.cutOff.add("d");
  await talk(["c", "d", "e"], 8);
  scene.cutOff.clear();
  await talk(["a"], 3);
  await scene.lookAround();
  await scene.run(2 * MINUTE, 20);
  scene.leave("a", "c", "d", "e");
  scene.broadcast("c", "too late");
  await scene.run(SECOND);
}

/** Values that are let go of, and a member that was away for too long. */
async function keepsTwentyMinutes(conversation: Conversation, budget: Budget): Promise<void> {
  const scene = new LibraryScene(conversation, { budget, members: FIVE, retain: { maxAge: 20 * MINUTE } });
  scene.come(...FIVE);
  await scene.run(SECOND);
  for (let minute = 0; minute < 60; minute++) {
    if (minute === 10) scene.cutOff.add("e");
    if (minute === 45) scene.cutOff.clear();
    scene.broadcast(FIVE[minute % 5] as string, `value ${minute % 7}`);
    await scene.run(MINUTE, 250);
  }
  await scene.lookAround();
}

async function keepsTheLatest(conversation: Conversation): Promise<void> {
  const scene = new LibraryScene(conversation, { budget: "frugal", members: FIVE, retain: { maxCount: 20 } });
  scene.come(...FIVE);
  for (let value = 0; value < 100; value++) {
    scene.broadcast(FIVE[value % 5] as string, `value ${value}`);
    await scene.run(10 * SECOND, 100);
  }
  await scene.lookAround();
}

/** Equal values that each count, some of which get lost. */
async function eachBroadcastCounts(conversation: Conversation, budget: Budget): Promise<void> {
  const scene = new LibraryScene(conversation, { budget, members: FIVE, identity: "event" });
  scene.come(...FIVE);
  scene.loss = 0.2;
  for (let value = 0; value < 60; value++) {
    scene.broadcast(FIVE[value % 5] as string, `value ${value % 4}`, { ack: value % 2 === 0 ? "all" : "local" });
    await scene.run(200, 5);
  }
  scene.loss = 0;
  await scene.run(MINUTE);
  await scene.lookAround();
}

/** Rounds are too long for the budget: values go to everyone at once, and so they do where one member is silent. */
async function noRoomForRounds(conversation: Conversation): Promise<void> {
  const scene = new LibraryScene(conversation, { budget: { median: 60, max: 90 }, members: FIVE });
  scene.come(...FIVE);
  await scene.run(SECOND);
  for (let value = 0; value < 40; value++) {
    if (value === 10) scene.cutOff.add("a");
    if (value === 30) scene.cutOff.clear();
    scene.broadcast(FIVE[value % 5] as string, `value ${value}`);
    await scene.run(SECOND / 2, 5);
  }
  await scene.run(MINUTE);
  await scene.lookAround();
}
