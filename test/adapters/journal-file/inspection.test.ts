import { appendFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inspectJournal, journalFoldersIn } from "../../../src/adapters/journal-file/inspection.js";
import { runHere } from "../../workbench/support/run-here.js";
import { appendAll, durable, journalsIn, recordsOf } from "./support.js";

/** A journal with 20 values in files of 300 bytes, closed. */
async function writtenJournal() {
  const scene = journalsIn({ segmentBytes: 300 });
  const { journal } = scene.open(7);
  // One file per write.
  for (let first = 0; first < 20; first += 10) {
    appendAll(journal, recordsOf("n0@7", 20).slice(first, first + 10));
    await durable(journal, scene.clock);
  }
  journal.close();
  return { ...scene, file: (number: number) => join(scene.folder, `0000000${number}.journal`) };
}

describe("the inspection of a journal", () => {
  it("says what a sound journal holds, also while its member runs", async () => {
    const { journals, folder, directory, clock } = await writtenJournal();
    expect(inspectJournal(folder)).toMatchObject({
      member: "n0",
      values: 20,
      deleted: 0,
      incarnation: 7,
      damages: [],
      notes: [],
    });
    const { journal } = journals.open("n0", 8);
    journal.forget?.([["n0@7", 1, 12]]);
    await durable(journal, clock);
    expect(journalFoldersIn(directory)).toEqual([folder]);
    expect(inspectJournal(folder)).toMatchObject({ values: 8, deleted: 12, incarnation: 8, damages: [] });
    journal.close();
  });

  it("finds a changed byte, and counts the values that are left", async () => {
    const { folder, file } = await writtenJournal();
    const bytes = readFileSync(file(1));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 5) ^ 1, bytes.length - 5);
    writeFileSync(file(1), bytes);
    const found = inspectJournal(folder);
    expect(found.values).toBe(19);
    expect(found.damages).toEqual([
      expect.stringMatching(/00000001\.journal is damaged from byte \d+ to \d+; other members/),
    ]);
  });

  it("takes a record that was cut short for damage only if it is not the last one", async () => {
    const { folder, file } = await writtenJournal();
    const last = inspectJournal(folder).segments;
    appendFileSync(file(last), "0123");
    expect(inspectJournal(folder)).toMatchObject({
      values: 20,
      damages: [],
      notes: [expect.stringMatching(/ends with an incomplete record of 4 bytes; it was never acknowledged/)],
    });
    truncateSync(file(1), readFileSync(file(1)).length - 3);
    expect(inspectJournal(folder).damages).toEqual([
      expect.stringMatching(/00000001\.journal ends with an incomplete record/),
    ]);
  });

  it.each(["", "notes"])("does not take a foreign file for a journal: %j", async (text) => {
    const { folder, file } = await writtenJournal();
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    writeFileSync(file(1), text);
    expect(inspectJournal(folder)).toMatchObject({
      member: undefined,
      damages: [expect.stringContaining(" has no complete record: it is no journal, or it was cut short")],
    });
  });

  it("finds the journal of another member, and a newer format", async () => {
    const { folder, file } = await writtenJournal();
    const other = journalsIn();
    other.journals.open("n1", 1).journal.close();
    writeFileSync(file(9), readFileSync(join(other.directory, "n1", "00000001.journal")));
    expect(inspectJournal(folder).damages).toEqual([
      expect.stringMatching(/has the journals of several members: n0, n1$/),
    ]);
  });
});

describe("tidecast journal verify", () => {
  it("prints what each journal holds, and exits with 0 or 1", async () => {
    const { directory, folder, file } = await writtenJournal();
    const sound = await runHere("journal", "verify", directory);
    expect([sound.code, sound.stderr]).toEqual([0, ""]);
    expect(sound.stdout).toMatch(
      new RegExp(
        `^${folder}: sound\\n {2}member n0, format \\d, incarnation 7\\n {2}20 values, 0 deleted, \\d files, \\d+ bytes\\n$`,
      ),
    );
    truncateSync(file(1), 40);
    const damaged = await runHere("journal", "verify", folder, "--json");
    expect(damaged.code).toBe(1);
    expect(JSON.parse(damaged.stdout)).toMatchObject([
      { folder, member: "n0", damages: [expect.stringContaining("00000001.journal")] },
    ]);
    rmSync(folder, { recursive: true });
    for (const path of [directory, folder])
      expect(await runHere("journal", "verify", path)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^error: there is no/),
      });
  });
});
