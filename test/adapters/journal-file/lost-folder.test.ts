import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { FileSystem } from "../../../src/adapters/journal-file/file-system.js";
import { nodeFileSystem } from "../../../src/adapters/journal-file/node-file-system.js";
import { ControlledDisk, diskFull, durable, journalsIn, onControlledDisk, recordsOf } from "./support.js";

/** A journal with one durable record. Its folder is real, and the work of its disk ends in no time. */
function openJournal() {
  const lost: Error[] = [];
  const disk = new ControlledDisk();
  const all = journalsIn({ files: disk.files, onLost: (error) => lost.push(error), segmentBytes: 200 });
  const { journal } = all.open();
  const [first, second, third] = recordsOf("n0@1", 3) as [never, never, never];
  journal.append(first);
  const passTime = () => {
    for (let step = 0; step < 16; step++) {
      all.clock.advance(250);
      disk.finish();
    }
  };
  const called: string[] = [];
  journal.sync(() => called.push("at first"));
  passTime();
  expect(called.splice(0)).toEqual(["at first"]);
  const append = (record: never, name: string) => {
    journal.append(record);
    journal.sync(() => called.push(name));
  };
  return { ...all, journal, lost, second, third, called, append, passTime };
}

type Opened = ReturnType<typeof openJournal>;

const losses: Record<string, (opened: Opened) => unknown> = {
  "the data directory is deleted": ({ directory }) => rmSync(directory, { recursive: true }),
  "the member's folder is deleted": ({ folder }) => rmSync(folder, { recursive: true }),
  "the files alone are deleted": ({ folder }) => rmSync(join(folder, "00000001.journal")),
  "the folder is moved away": ({ folder }) => renameSync(folder, `${folder}.old`),
  "the folder is deleted and made again": ({ folder }) => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
  },
  "a file takes the folder's place": ({ folder }) => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "");
  },
  "the folder is replaced by a copy": async ({ folder }) => {
    await cp(folder, `${folder}.copy`, { recursive: true });
    renameSync(folder, `${folder}.old`);
    renameSync(`${folder}.copy`, folder);
  },
  "the file is replaced by a copy, as some editors do": async ({ folder }) => {
    const path = join(folder, "00000001.journal");
    await cp(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);
  },
};

describe("a journal whose folder is lost while it is open", () => {
  it.each(Object.entries(losses))(
    "reports nothing as durable any more, and reports the loss once: %s",
    async (_, lose) => {
      const opened = openJournal();
      const { journal, log, lost, second, third, called, append, passTime, folder } = opened;
      append(second, "while it is lost");
      await lose(opened);
      passTime();
      append(third, "afterwards");
      passTime();
      journal.sync(() => called.push("without a record"));
      expect(called).toEqual([]);
      expect(log.lines).toHaveLength(1);
      expect(log.lines[0]).toMatch(/^the journal in \S*n0 is lost: \S* was (deleted|replaced); no further/);
      expect(lost).toEqual([expect.objectContaining({ code: "TIDECAST_JOURNAL_UNAVAILABLE" })]);
      expect(lost[0]?.message).toContain(`the journal in ${folder} is lost: `);
      journal.close();
      expect(called).toEqual([]);
      expect(log.lines).toHaveLength(1);
    },
  );

  it("notices the loss without a write", () => {
    const { clock, directory, log, lost, journal } = openJournal();
    rmSync(directory, { recursive: true });
    clock.advance(2000);
    expect(log.lines).toEqual([expect.stringContaining("was deleted")]);
    expect(lost).toHaveLength(1);
    journal.close();
  });

  it("notices the loss though nothing was ever written", () => {
    const { open, clock, folder, log } = journalsIn();
    const { journal } = open();
    rmSync(folder, { recursive: true });
    clock.advance(2000);
    expect(log.events).toMatchObject([{ code: "journal-lost", fields: { reason: `${folder} was deleted` } }]);
    journal.close();
  });

  it("notices the loss between two attempts to write on a full disk", () => {
    const { journal, clock, disk, folder, log } = onControlledDisk();
    journal.append({ author: "n0@1", number: 1, value: 1 });
    // The attempt after these comes 1.6 s later, and so after the look for a loss.
    for (const pause of [10, 100, 200, 400, 800]) {
      clock.advance(pause);
      disk.finishOne(diskFull);
    }
    rmSync(folder, { recursive: true });
    clock.advance(2000 - clock.now());
    expect(log.events).toMatchObject([{ code: "journal-unwritable" }, { code: "journal-lost" }]);
    journal.close();
  });

  it("writes nothing any more when it is closed, though a sync failed and its records were to be written again", () => {
    const { journal, clock, disk, folder, log } = onControlledDisk();
    journal.append({ author: "n0@1", number: 1, value: 1 });
    journal.sync(() => expect.unreachable());
    clock.advance(10);
    disk.finishOne();
    disk.finishOne(Object.assign(new Error("EROFS: read-only file system, fdatasync"), { code: "EROFS" }));
    expect(log.events).toMatchObject([{ code: "journal-lost" }]);
    journal.close();
    expect(readdirSync(folder)).toEqual(["00000001.journal"]);
    expect(log.lines).toHaveLength(1);
  });

  it("looks for a loss every two seconds, and no more after it, and leaves no timer", () => {
    const { clock, folder, log, lost, journal } = openJournal();
    clock.advance(5_900);
    renameSync(folder, `${folder}.old`);
    expect(log.lines).toEqual([]);
    clock.advance(100);
    expect(log.events).toEqual([
      {
        code: "journal-lost",
        level: "error",
        fields: { folder, reason: `${folder} was deleted` },
        text: `the journal in ${folder} is lost: ${folder} was deleted; no further value is acknowledged or shown; restore the folder, or choose another one, and restart this node`,
      },
    ]);
    expect(lost[0]?.message).toBe(`the journal in ${folder} is lost: ${folder} was deleted`);
    journal.append({ author: "n0@1", number: 2, value: 2 });
    expect(clock.nextDue()).toBe(undefined);
    journal.close();
  });

  it("is not suspected because of an error that may pass", async () => {
    let isBroken = false;
    const files: FileSystem = {
      ...nodeFileSystem,
      identify: (path) => {
        if (isBroken) throw Object.assign(new Error("EIO: i/o error, stat"), { code: "EIO" });
        return nodeFileSystem.identify(path);
      },
    };
    const { open, clock, log } = journalsIn({ files });
    const { journal } = open();
    isBroken = true;
    clock.advance(2000);
    isBroken = false;
    journal.append({ author: "n0@1", number: 1, value: 1 });
    await durable(journal, clock);
    expect(log.lines).toEqual([]);
    journal.close();
  });

  it("calls no waiting caller when it is closed at once", () => {
    const { journal, directory, second, called, append, log } = openJournal();
    append(second, "closed");
    rmSync(directory, { recursive: true });
    journal.close();
    expect(called).toEqual([]);
    expect(log.lines).toEqual([
      expect.stringMatching(/could not be completed, so its last records are lost: .* was deleted$/),
    ]);
  });

  // Root may write in spite of the permissions.
  it.skipIf(process.getuid?.() === 0)("notices a folder that becomes read-only", () => {
    const { folder, journal, second, called, append, log, passTime } = openJournal();
    chmodSync(folder, 0o500);
    append(second, "read-only");
    passTime();
    chmodSync(folder, 0o700);
    expect(called).toEqual([]);
    expect(log.lines).toEqual([
      expect.stringMatching(/is lost: \S* is no longer writable \(EACCES: permission denied\)/),
    ]);
    journal.close();
  });

  it("gives up at once on a file system that has become read-only", () => {
    const disk = new ControlledDisk();
    const lost: Error[] = [];
    const { open, clock, log } = journalsIn({ files: disk.files, onLost: (error) => lost.push(error) });
    const { journal } = open();
    journal.append({ author: "n0@1", number: 1, value: 1 });
    journal.sync(() => expect.unreachable());
    clock.advance(10);
    disk.finishOne(Object.assign(new Error("EROFS: read-only file system, write"), { code: "EROFS" }));
    clock.advance(10_000);
    expect(disk.isIdle).toBe(true);
    expect(log.lines).toEqual([expect.stringContaining("n0 is no longer writable (EROFS: read-only file system)")]);
    expect(lost).toHaveLength(1);
    journal.close();
  });

  it("continues if the path still leads to the same folder", () => {
    const { folder, directory, journal, second, called, append, passTime, log } = openJournal();
    const elsewhere = mkdtempSync(join(directory, "elsewhere-"));
    renameSync(folder, join(elsewhere, "n0"));
    symlinkSync(join(elsewhere, "n0"), folder);
    append(second, "through a link");
    passTime();
    expect(called).toEqual(["through a link"]);
    expect(log.lines).toEqual([]);
    journal.close();
  });
});
