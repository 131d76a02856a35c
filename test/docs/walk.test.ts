import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { openNoJournal } from "../../src/adapters/no-journal/no-journal.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { StdioTransport } from "../../src/adapters/stdio/stdio-transport.js";
import { resolveSettings } from "../../src/application/settings/settings.js";
import { composeMaelstromNode } from "../../src/composition-root.js";
import type { Clock } from "../../src/domain/ports/clock.js";
import type { OpenJournal } from "../../src/domain/ports/journal.js";

/** A value that nothing else in a message resembles. */
const VALUE = 271_828;
/** Long enough for any timer of the node to fire, in ms. */
const A_ROUND = 3_000;

/** The files of the source on the stack, the outermost call first. */
function filesOnStack(): string[] {
  Error.stackTraceLimit = 100;
  const files = [...(new Error().stack ?? "").matchAll(/\/(src\/[^\s:)]+\.ts)/g)].map(([, file]) => file as string);
  // Wiring and the fake's own calls are no part of the way.
  return files.reverse().filter((file) => !/^src\/(composition|adapters\/fake-clock)/.test(file));
}

/** Runs a Maelstrom node of two, and notes the files that the value passes: stored, scheduled, sent. */
async function wayOf(self: "n0" | "n1", line: object): Promise<string[]> {
  const way: string[] = [];
  const pass = (files: readonly string[]) => {
    for (const file of files) if (!way.includes(file)) way.push(file);
  };
  const fake = new FakeClock();
  let isComing = false;
  const clock: Clock = {
    now: () => fake.now(),
    schedule: (delay, task) => {
      const files = filesOnStack();
      if (isComing && files.some((file) => file.endsWith("/batcher.ts"))) pass(files);
      return fake.schedule(delay, task);
    },
  };
  const openJournal: OpenJournal = (member, incarnation) => {
    const opened = openNoJournal(member, incarnation);
    return { ...opened, journal: { ...opened.journal, sync: (done) => done(), append: () => pass(filesOnStack()) } };
  };
  const [input, output, log] = [new PassThrough(), new PassThrough(), { event: () => {} }];
  const transport = new StdioTransport(input, output, log);
  const send = vi.spyOn(transport, "send").mockImplementation((_, body) => {
    if (!isComing || !JSON.stringify(body).includes(`"values":[${VALUE}]`)) return;
    pass([...filesOnStack(), "src/adapters/stdio/stdio-transport.ts"]);
    isComing = false;
  });
  const random = new SeededRandom(1);
  const settings = resolveSettings({ preset: "default" });
  const service = composeMaelstromNode(settings, { transport, clock, random, log, openJournal, incarnation: 1 });
  service.start();
  const say = async (src: string, body: object) => {
    input.write(`${JSON.stringify({ src, dest: self, body })}\n`);
    await turn();
  };
  await say("c1", { type: "init", msg_id: 1, node_id: self, node_ids: ["n0", "n1", "n2"] });
  await say("c1", { type: "topology", msg_id: 2, topology: { n0: ["n1", "n2"] } });
  isComing = true;
  await say("src" in line ? String(line.src) : "c1", line);
  fake.advance(A_ROUND);
  service.stop();
  send.mockRestore();
  return way;
}

/** The files that README.md lists between `<!-- walk NAME -->` and `<!-- end -->`. */
function listed(name: string): string[] {
  const [, list = ""] =
    new RegExp(`<!-- walk ${name} -->(.*?)<!-- end -->`, "s").exec(readFileSync("README.md", "utf8")) ?? [];
  return [...list.matchAll(/^\d+\. \[.*?\]\((.*?)\)/gm)].map(([, file]) => file as string);
}

it("README.md names every file that a client's value passes on a leaf, in order, and no more than ten", async () => {
  const way = await wayOf("n1", { type: "broadcast", msg_id: 3, message: VALUE });
  expect(listed("leaf")).toEqual(way);
  expect(way.length).toBeLessThanOrEqual(10);
});

it("README.md names every file that the value passes on the root, in order", async () => {
  const way = await wayOf("n0", {
    src: "n1",
    type: "gossip",
    incarnation: 1,
    number: 1,
    base: 1,
    values: [VALUE],
    dots: [["n1@1", 1, 1]],
    ages: [0],
    up: true,
  });
  expect(listed("root")).toEqual(way);
});
