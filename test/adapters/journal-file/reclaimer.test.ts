import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { FileJournalOptions } from "../../../src/adapters/journal-file/file-journals.js";
import { nodeFileSystem } from "../../../src/adapters/journal-file/node-file-system.js";
import { appendAll, onControlledDisk, recordsOf } from "./support.js";

/** A journal with so many values of n1 in writes of so many; and the number of its lines about forgotten values. */
function journalWith(count: number, perWrite: number, options: FileJournalOptions = {}) {
  const all = onControlledDisk(options);
  const pass = () => {
    all.clock.advance(10);
    all.disk.finish();
  };
  const records = recordsOf("n1@1", count);
  for (let at = 0; at < count; at += perWrite) {
    appendAll(all.journal, records.slice(at, at + perWrite));
    pass();
  }
  all.disk.started.length = 0;
  const lines = () => {
    const segments = readdirSync(all.folder).filter((name) => name.endsWith(".journal"));
    const text = segments.map((name) => readFileSync(join(all.folder, name), "utf8")).join("");
    return text.split('{"gone"').length - 1;
  };
  return { ...all, pass, lines };
}

it("writes one line while segments are removed, though further values are forgotten meanwhile", () => {
  const { journal, pass, lines, folder } = journalWith(100, 10, { segmentBytes: 400 });
  journal.forget?.([["n1@1", 1, 50]]);
  journal.forget?.([["n1@1", 51, 1]]);
  pass();
  expect(readdirSync(folder)).not.toContain("00000001.journal");
  pass();
  expect(lines()).toBe(1);
  journal.close();
});

it("writes a line once the values that a crash may bring back are an eighth of those that are needed", () => {
  for (const [count, expected] of [
    [9_000, 1],
    [9_001, 0],
  ] as const) {
    const { journal, pass, lines } = journalWith(count, count);
    journal.forget?.([["n1@1", 1, 1_000]]);
    pass();
    expect(lines()).toBe(expected);
    journal.close();
  }
});

it("writes a line without a sync if no segment waits for it", () => {
  const { journal, pass, lines, disk } = journalWith(10, 10);
  journal.forget?.([["n2@1", 1, 1]]);
  pass();
  pass();
  expect(lines()).toBe(1);
  expect(disk.started).toEqual(["write"]);
  journal.close();
});

it("does not write line after line while a segment cannot be removed", () => {
  const remove = () => {
    throw Object.assign(new Error("EBUSY: resource busy, unlink"), { code: "EBUSY" });
  };
  const { journal, pass, lines, log } = journalWith(100, 10, {
    segmentBytes: 400,
    files: { ...nodeFileSystem, remove },
  });
  journal.forget?.([["n1@1", 1, 50]]);
  for (let time = 0; time < 20; time++) pass();
  expect(log.events).toMatchObject([{ code: "journal-not-freed" }]);
  expect(lines()).toBe(1);
  journal.close();
});
