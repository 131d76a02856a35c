import { expect, it } from "vitest";
import { Conversation } from "./conversation.js";
import { difference, readPinned } from "./pinned.js";
import { converse, quick } from "./scenarios/scenarios.js";

const pinned = readPinned();

it.each(quick)("%s goes as it was pinned, message by message", async (name) => {
  const lines: string[] = [];
  const conversation = new Conversation((line, kind) => kind === "events" && lines.push(line));
  await converse(name, conversation);
  const found = difference(name, pinned.get(name), conversation.pinned(), lines);
  if (found !== undefined) expect.fail(found);
});
