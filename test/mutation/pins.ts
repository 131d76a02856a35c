/** Pinned conversations that a mutation run can afford: each takes a tenth of a second, and together they try every service. */
import { expect, it } from "vitest";
import { Conversation } from "../golden/conversation.js";
import { difference, readPinned } from "../golden/pinned.js";
import { converse } from "../golden/scenarios/scenarios.js";

const pinned = readPinned();

it.each([
  "seed-3-ack-all",
  "seed-1-ack-1",
  "seed-6-ack-all",
  "seed-10-ack-1",
  "seed-9-ack-all",
  "seed-2-ack-2",
  "seed-12-ack-all",
  "topology-frugal",
  "requests-frugal",
])("%s goes as it was pinned, message by message", async (name) => {
  const lines: string[] = [];
  const conversation = new Conversation((line, kind) => kind === "events" && lines.push(line));
  await converse(name, conversation);
  const found = difference(name, pinned.get(name), conversation.pinned(), lines);
  if (found !== undefined) expect.fail(found);
});
