import { appendFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { FileSystem } from "../../../src/adapters/journal-file/file-system.js";
import { inspectJournal, journalFoldersIn } from "../../../src/adapters/journal-file/inspection.js";
import { frame, saltOf } from "../../../src/adapters/journal-file/line-frame.js";
import { nodeFileSystem } from "../../../src/adapters/journal-file/node-file-system.js";
import { runHere } from "../../workbench/support/run-here.js";
import { appendAll, durable, journalsIn, recordsOf, temporaryDirectory } from "./support.js";

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

  it("calls a file without any record damaged, and says no more about it, if it has lines", async () => {
    const { folder, file } = await writtenJournal();
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    writeFileSync(file(1), "notes\n");
    expect(inspectJournal(folder).damages).toEqual([
      `${file(1)} is damaged from byte 0 to 6; other members may still have the values in it`,
    ]);
  });

  it("counts the values of a journal that names no member, whatever their author is called", async () => {
    const { folder, file } = await writtenJournal();
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    writeFileSync(file(1), frame(['["undefined@7",1,"a value"]'], 0, saltOf(1)));
    expect(inspectJournal(folder)).toMatchObject({ member: undefined, values: 1, incarnation: 0 });
  });

  it("says where a damage begins and ends, and how long a record is that was cut short", async () => {
    const { folder, file } = await writtenJournal();
    const bytes = readFileSync(file(1));
    const end = bytes.length;
    const start = bytes.lastIndexOf("\n", end - 2) + 1;
    bytes.writeUInt8(0, start + 3);
    writeFileSync(file(1), bytes);
    expect(inspectJournal(folder).damages).toEqual([
      `${file(1)} is damaged from byte ${start} to ${end}; other members may still have the values in it`,
    ]);
    truncateSync(file(1), start + 7);
    expect(inspectJournal(folder).damages).toEqual([`${file(1)} ends with an incomplete record of 7 bytes`]);
  });

  it("notes that only the last line break is missing", async () => {
    const { folder, file } = await writtenJournal();
    const last = file(inspectJournal(folder).segments);
    truncateSync(last, readFileSync(last).length - 1);
    expect(inspectJournal(folder)).toMatchObject({
      values: 20,
      damages: [],
      notes: [`${last} ends without a line break; its last record is complete`],
    });
  });

  it("counts files and their bytes, and names the folder and the format", async () => {
    const { folder, file } = await writtenJournal();
    const sizes = [1, 2].map((number) => readFileSync(file(number)).length);
    expect(inspectJournal(folder)).toMatchObject({
      folder,
      format: 3,
      segments: 2,
      bytes: (sizes[0] as number) + (sizes[1] as number),
    });
  });

  it("knows the largest incarnation, also if only a value or a forgotten one shows it", async () => {
    const scene = journalsIn();
    const { journal } = scene.open(7);
    journal.append({ author: "n0@12", number: 1, value: 1 });
    await durable(journal, scene.clock);
    expect(inspectJournal(scene.folder).incarnation).toBe(12);
    journal.forget?.([["n0@30", 1, 2]]);
    await durable(journal, scene.clock);
    expect(inspectJournal(scene.folder)).toMatchObject({ incarnation: 30, values: 1, deleted: 2 });
    journal.close();
  });

  it("finds a format of a newer version", async () => {
    const { folder, file } = await writtenJournal();
    writeFileSync(file(9), frame(['{"format":4,"member":"n0","incarnation":5}'], 0));
    expect(inspectJournal(folder)).toMatchObject({
      format: 4,
      incarnation: 7,
      damages: [`${folder} has the format 4, of a newer version; this one reads up to 3`],
    });
  });

  it("says of an empty folder that it has nothing, and finds nothing wrong", () => {
    const folder = temporaryDirectory();
    expect(inspectJournal(folder)).toEqual({
      ...{ folder, member: undefined, format: undefined, segments: 0, bytes: 0, values: 0 },
      ...{ deleted: 0, incarnation: 0, damages: [], notes: [] },
    });
    expect(journalFoldersIn(folder)).toEqual([]);
  });

  it("says which file cannot be read, and leaves out one that its member has deleted meanwhile", async () => {
    const { folder, file } = await writtenJournal();
    const failing = (error: Error): FileSystem => ({
      ...nodeFileSystem,
      open: (path, access) => {
        if (path === file(1)) throw error;
        return nodeFileSystem.open(path, access);
      },
    });
    const broken = Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
    expect(inspectJournal(folder, failing(broken))).toMatchObject({
      values: 10,
      damages: [`${file(1)} cannot be read: EIO: i/o error`],
    });
    const gone = Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT" });
    expect(inspectJournal(folder, failing(gone))).toMatchObject({ values: 10, damages: [] });
  });

  it("finds the journal of another member", async () => {
    const { folder, file } = await writtenJournal();
    const other = journalsIn();
    other.journals.open("n1", 1).journal.close();
    writeFileSync(file(9), readFileSync(join(other.directory, "n1", "00000001.journal")));
    expect(inspectJournal(folder).damages).toEqual([
      expect.stringMatching(/has the journals of several members: n0, n1$/),
    ]);
  });
});

describe("the folders with a journal", () => {
  it("are the members' folders in order, without files and folders that have none", () => {
    const { journals, directory } = journalsIn();
    for (const member of ["n2", "n0", "n1"]) journals.open(member, 1).journal.close();
    mkdirSync(join(directory, "n3"));
    writeFileSync(join(directory, "n4"), "");
    const folders = ["n0", "n1", "n2"].map((member) => join(directory, member));
    // A system lists names in any order.
    const reversed: FileSystem = { ...nodeFileSystem, list: (path) => nodeFileSystem.list(path).sort().reverse() };
    expect(journalFoldersIn(directory, reversed)).toEqual(folders);
    expect(journalFoldersIn(directory)).toEqual(folders);
    expect(journalFoldersIn(`${directory}//`)).toEqual(folders);
    expect(journalFoldersIn(folders[1] as string)).toEqual([folders[1]]);
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
