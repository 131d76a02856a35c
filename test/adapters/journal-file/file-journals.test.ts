import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { lifeTexts } from "../../../src/adapters/journal-file/entry.js";
import type { FileJournalOptions } from "../../../src/adapters/journal-file/file-journals.js";
import type { FileSystem, OpenFile } from "../../../src/adapters/journal-file/file-system.js";
import { frame } from "../../../src/adapters/journal-file/line-frame.js";
import { memberFolder } from "../../../src/adapters/journal-file/member-folder.js";
import { nodeFileSystem } from "../../../src/adapters/journal-file/node-file-system.js";
import { JournalUnavailable } from "../../../src/domain/ports/journal.js";
import { appendAll, ControlledDisk, diskFull, durable, journalsIn, recordsOf, temporaryDirectory } from "./support.js";

const segmentsIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".journal"));

/** The disk of this machine, for tests that open journals hundreds of times and cut no power. */
const withoutSyncs: FileSystem = { ...nodeFileSystem, syncDirectory: () => {} };

/** A journal that was written and closed, and the path of its only segment. */
function written(count: number, options: FileJournalOptions = {}) {
  const all = journalsIn(options);
  const { journal } = all.open(1000);
  appendAll(journal, recordsOf("n0@1000", count));
  journal.close();
  return { ...all, segment: join(all.folder, "00000001.journal") };
}

describe("FileJournals", () => {
  it("gives a later life the records of all earlier ones, in order", async () => {
    const { open, clock } = journalsIn();
    const lives = [recordsOf("n0@1", 3), recordsOf("n1@9", 2), recordsOf("n0@3", 4)];
    for (const [index, records] of lives.entries()) {
      const { journal, records: found, problems } = open(index + 1);
      expect(found).toEqual(lives.slice(0, index).flat());
      expect(problems).toEqual([]);
      appendAll(journal, records);
      await durable(journal, clock);
      journal.close();
    }
    expect(open().records).toEqual(lives.flat());
  });

  it("keeps values of every kind", () => {
    const { open } = journalsIn();
    const values = [
      null,
      false,
      0,
      1e300,
      "",
      "line\nbreak \u{1f30a} \ud800",
      [[]],
      JSON.parse('{"__proto__":1,"":[{}]}'),
    ];
    const records = values.map((value, index) => ({ author: "n0@1", number: index + 1, value }));
    const { journal } = open();
    appendAll(journal, records);
    journal.close();
    expect(open().records).toEqual(records);
  });

  it("knows an earlier life that left no record", () => {
    const { open } = journalsIn();
    const lives = [1000, 2000].map((proposed) => {
      const { journal, hasLivedBefore } = open(proposed);
      journal.close();
      return hasLivedBefore;
    });
    expect(lives).toEqual([false, true]);
  });

  it("gives each life a larger incarnation, even if clocks go back", () => {
    const { open } = journalsIn();
    const incarnations = [1000, 2000, 500, 500, 3000, 0].map((proposed) => {
      const { journal, incarnation } = open(proposed);
      journal.close();
      return incarnation;
    });
    expect(incarnations).toEqual([1000, 2000, 2001, 2002, 3000, 3001]);
  });

  it("gives a larger incarnation, and loses at most one record, whichever byte is damaged", () => {
    const { open, segment } = written(3, { files: withoutSyncs });
    const intact = readFileSync(segment);
    for (let at = 0; at < intact.length; at++) {
      const damaged = Buffer.from(intact);
      damaged[at] = (intact[at] as number) ^ (1 << (at % 8));
      writeFileSync(segment, damaged);
      const { journal, incarnation, records, problems } = open(7);
      journal.close();
      expect(incarnation).toBe(1001);
      expect(records.length).toBeGreaterThanOrEqual(2);
      expect(recordsOf("n0@1000", 3)).toEqual(expect.arrayContaining([...records]));
      expect(problems).toHaveLength(1);
      expect(problems[0]?.fields).toMatchObject({ file: segment });
    }
  });

  it("knows a life without values, whichever byte is damaged", () => {
    const { open, segment } = written(0, { files: withoutSyncs });
    const intact = readFileSync(segment);
    for (let at = 0; at < intact.length; at++) {
      const damaged = Buffer.from(intact);
      damaged[at] = (intact[at] as number) ^ 1;
      writeFileSync(segment, damaged);
      const { journal, incarnation } = open(7);
      journal.close();
      expect(incarnation).toBe(1001);
    }
  });

  it("ignores a forged author that would exhaust the incarnations", () => {
    const { open } = journalsIn();
    const { journal } = open();
    for (const author of [`n0@${Number.MAX_SAFE_INTEGER}`, "n0@1e3", "n0@-5", "n0@1.5", "n01@77", "n0@ 88", "n0"])
      journal.append({ author, number: 1, value: 1 });
    journal.append({ author: "n0@99", number: 1, value: 1 });
    journal.close();
    expect(open(1).incarnation).toBe(100);
  });

  it("cuts off a torn tail, reports it once, and appends cleanly after it", () => {
    const { open, segment } = written(3);
    truncateSync(segment, readFileSync(segment).length - 4);
    const { journal, records, problems } = open();
    expect(records).toEqual(recordsOf("n0@1000", 2));
    expect(problems).toEqual([
      expect.objectContaining({
        code: "journal-cut-short",
        level: "warn",
        text: expect.stringMatching(
          /00000001\.journal ends with an incomplete record at offset \d+ \(\d+ bytes\); the record is dropped$/,
        ),
      }),
    ]);
    appendAll(journal, recordsOf("n1@1", 2));
    journal.close();
    const again = open();
    expect(again.records).toEqual([...recordsOf("n0@1000", 2), ...recordsOf("n1@1", 2)]);
    expect(again.problems).toEqual([]);
  });

  it("keeps a complete last record that only lacks its line break", () => {
    const { open, segment } = written(3);
    truncateSync(segment, readFileSync(segment).length - 1);
    const { journal, records, problems } = open();
    expect(records).toHaveLength(3);
    expect(problems).toMatchObject([{ code: "journal-cut-short", fields: { file: segment, bytes: 0 } }]);
    appendAll(journal, recordsOf("n1@1", 1));
    journal.close();
    expect(open()).toMatchObject({ records: [...recordsOf("n0@1000", 3), ...recordsOf("n1@1", 1)], problems: [] });
  });

  it("reports file, offset and length of damage", () => {
    const { open, segment } = written(3);
    const bytes = readFileSync(segment);
    const at = bytes.lastIndexOf("\n", bytes.lastIndexOf("\n") - 1) + 1;
    const start = bytes.lastIndexOf("\n", at - 2) + 1;
    bytes[start + 20] = 0;
    writeFileSync(segment, bytes);
    const { records, problems } = open();
    expect(records.map(({ number }) => number)).toEqual([1, 3]);
    expect(problems).toEqual([
      {
        code: "journal-damaged",
        level: "warn",
        fields: { file: segment, offset: start, bytes: at - start },
        text: `${segment} is damaged at offset ${start} (${at - start} bytes); the damaged part is skipped, other members may still have its values`,
      },
    ]);
  });

  it("counts problems instead of listing thousands", () => {
    const { open, segment } = written(200);
    const lines = readFileSync(segment, "latin1").split("\n");
    writeFileSync(
      segment,
      lines.map((line, index) => (index % 2 === 0 ? line : line.replace("n0", "n7"))).join("\n"),
      "latin1",
    );
    const { problems } = open();
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toMatchObject({ code: "journal-damaged", fields: { more: expect.any(Number) } });
    expect(problems.at(-1)?.text).toMatch(/^\d+ more such problems in this journal$/);
  });

  it("continues in another segment once one is full, and reads them all", async () => {
    const { open, clock, folder } = journalsIn({ segmentBytes: 500 });
    const { journal } = open();
    const records = recordsOf("n0@1", 60);
    for (let at = 0; at < records.length; at += 5) {
      appendAll(journal, records.slice(at, at + 5));
      await durable(journal, clock);
    }
    journal.close();
    expect(segmentsIn(folder).length).toBeGreaterThan(3);
    expect(open()).toMatchObject({ records, problems: [] });
  });

  it("knows its incarnations from each single segment, so that old segments can be deleted", async () => {
    const { open, clock, folder } = journalsIn({ segmentBytes: 1 });
    const { journal } = open(1000);
    for (const record of recordsOf("n1@1", 3)) {
      journal.append(record);
      await durable(journal, clock);
    }
    journal.close();
    for (const name of segmentsIn(folder).slice(0, -1)) truncateSync(join(folder, name));
    expect(open(1)).toMatchObject({ incarnation: 1001, records: [{ number: 3 }] });
  });

  it("leaves other files alone", () => {
    const { open, folder } = written(1);
    writeFileSync(join(folder, "notes.txt"), "mine");
    expect(open().records).toHaveLength(1);
    expect(readFileSync(join(folder, "notes.txt"), "utf8")).toBe("mine");
  });

  it("keeps members apart, whatever their ids are", () => {
    const names = ["n0", "N0", "../n0", "..", ".", "a/b", "a%2fb", "", "%", "ü", "n0 "];
    const folders = names.map((name) => memberFolder("/data", name).toLowerCase());
    expect(new Set(folders).size).toBe(names.length);
    for (const folder of folders) expect(folder).toMatch(/^\/data\/[^/]+$/);
    expect(memberFolder("/data", "n0")).toBe("/data/n0");
  });

  it("rejects the moved journal of another member", () => {
    const { segment, journals, directory, log } = written(1);
    journals.open("n1", 1).journal.close();
    writeFileSync(join(directory, "n1", "00000002.journal"), readFileSync(segment));
    expect(() => journals.open("n1", 1)).toThrow(/is the journal of member n0, not of n1; give each member/);
    expect(log.lines).toEqual([]);
  });

  it("rejects a journal of a newer version", () => {
    const { open, segment } = written(1);
    writeFileSync(segment, frame(['{"format":4,"member":"n0","incarnation":5}'], 0));
    expect(() => open()).toThrow(
      /was written by a newer version \(format 4; this one reads up to 3\); run that version/,
    );
  });

  it("gives the next life a larger incarnation than a renewed one, though one of its lines is damaged", () => {
    const { open, segment } = written(0);
    const { journal } = open(2000);
    const before = readFileSync(segment).length;
    journal.renew?.(5000);
    journal.close();
    const bytes = readFileSync(segment);
    const lines = bytes.subarray(before).toString().split("\n");
    expect(lines).toEqual([...Array(2).fill(expect.stringContaining('"member":"n0","incarnation":5000}')), ""]);
    bytes.writeUInt8(0, before + 3);
    writeFileSync(segment, bytes);
    expect(open(1).incarnation).toBe(5001);
  });

  it("continues in another file if the medium does not give the last one, and says so", () => {
    const { directory, folder, segment } = written(3);
    const broken = (code: string): FileSystem => ({
      ...nodeFileSystem,
      open: (path, access) => {
        const file = nodeFileSystem.open(path, access);
        const read = () => {
          throw Object.assign(new Error(`${code}: failure, read`), { code });
        };
        return path === segment ? Object.assign(Object.create(file), { size: () => 100, read }) : file;
      },
    });
    const { open } = journalsIn({ files: broken("EIO") }, directory);
    const { journal, records, problems, hasLivedBefore } = open(7);
    expect(problems).toEqual([
      {
        code: "journal-unreadable",
        level: "error",
        fields: { file: segment, reason: "EIO: failure" },
        text: `${segment} cannot be read, so its values must come from other members: EIO: failure`,
      },
    ]);
    expect([records, hasLivedBefore]).toEqual([[], true]);
    appendAll(journal, recordsOf("n0@7", 1));
    journal.close();
    expect(segmentsIn(folder).sort()).toEqual(["00000001.journal", "00000002.journal"]);
    expect(() => journalsIn({ files: broken("EPERM") }, directory).open()).toThrow("EPERM: failure; check");
  });

  it("calls a segment damaged that ends within a record and is not the last one", () => {
    const { open, folder, segment } = written(3);
    const whole = readFileSync(segment);
    writeFileSync(join(folder, "00000002.journal"), frame(lifeTexts("n0", 1000), 0));
    truncateSync(segment, whole.length - 4);
    const start = whole.lastIndexOf("\n", whole.length - 2) + 1;
    const { journal, problems } = open();
    journal.close();
    expect(problems).toMatchObject([
      { code: "journal-damaged", fields: { file: segment, offset: start, bytes: whole.length - 4 - start } },
    ]);
    writeFileSync(segment, whole.subarray(0, whole.length - 1));
    expect(open().problems).toMatchObject([{ code: "journal-cut-short", fields: { file: segment, bytes: 0 } }]);
  });

  it("lists 20 problems, and counts only those beyond", () => {
    const { open, segment } = written(100);
    const intact = readFileSync(segment, "latin1").split("\n");
    const withDamages = (count: number) => {
      const lines = intact.map((line, index) =>
        index % 2 === 0 && index >= 4 && index < 4 + 2 * count ? line.replace("n0", "n7") : line,
      );
      writeFileSync(segment, lines.join("\n"), "latin1");
      const { journal, problems } = open();
      journal.close();
      return problems;
    };
    expect(withDamages(20)).toHaveLength(20);
    const more = withDamages(22);
    expect(more).toHaveLength(21);
    expect(more.at(-1)).toMatchObject({
      level: "warn",
      fields: { more: 2 },
      text: "2 more such problems in this journal",
    });
    expect(new Set(more.slice(0, 20).map(({ fields }) => fields.offset)).size).toBe(20);
  });

  describe("leaves no file open, and the folder to others", () => {
    /** The disk of this machine, of which one operation fails. */
    function failing(operation: keyof OpenFile | keyof FileSystem | undefined, isOpenOnly = false) {
      let open = 0;
      const fail = () => {
        throw Object.assign(new Error("EIO: i/o error, work"), { code: "EIO" });
      };
      const files: FileSystem = {
        ...nodeFileSystem,
        ...(operation === "syncDirectory" && { syncDirectory: fail }),
        open: (path, access) => {
          const file = nodeFileSystem.open(path, access);
          open++;
          const close = () => {
            open--;
            file.close();
          };
          const isBroken = operation !== undefined && (access !== "read" || !isOpenOnly);
          return Object.assign(Object.create(file), { close, ...(isBroken && { [operation]: fail }) });
        },
      };
      return { files, openFiles: () => open };
    }

    it.each(["writeNow", "syncNow", "truncate"] as const)("if %s fails when it is opened", (operation) => {
      const { directory } = written(3);
      for (const segmentBytes of [1, 2 ** 24]) {
        const { files, openFiles } = failing(operation, true);
        const { open } = journalsIn({ files, segmentBytes }, directory);
        expect(() => open()).toThrow(/^the journal in \S+ cannot be opened: EIO: i\/o error; check/);
        expect(openFiles()).toBe(0);
      }
      journalsIn({}, directory).open().journal.close();
    });

    it("if its folder cannot be synced", () => {
      const { directory } = written(3);
      const { files, openFiles } = failing("syncDirectory");
      expect(() => journalsIn({ files }, directory)).toThrow(
        /^the data directory \S+ cannot be used: EIO: i\/o error; check/,
      );
      expect(openFiles()).toBe(0);
    });

    it("with fsync never, without a sync of any file", async () => {
      const { directory } = written(3);
      for (const segmentBytes of [1, 2 ** 24]) {
        const { files, openFiles } = failing("syncNow");
        const { open, log, clock } = journalsIn({ files, segmentBytes, fsync: "never" }, directory);
        const { journal } = open();
        journal.append({ author: "n0@9", number: 1, value: 1 });
        await durable(journal, clock);
        journal.append({ author: "n0@9", number: 2, value: 2 });
        journal.close();
        expect([openFiles(), log.lines]).toEqual([0, []]);
      }
    });

    it("once it is closed while it writes, as soon as the system has no more use for the file", async () => {
      const { directory } = written(3);
      const { files, openFiles } = failing(undefined);
      const { open, clock } = journalsIn({ files }, directory);
      const { journal } = open();
      journal.append({ author: "n0@9", number: 1, value: 1 });
      clock.advance(10);
      journal.close();
      expect(openFiles()).toBe(1);
      await vi.waitUntil(() => openFiles() === 0, { timeout: 60_000, interval: 1 });
    });

    it("once it is closed", async () => {
      const { directory } = written(3);
      for (const segmentBytes of [1, 2 ** 24]) {
        const { files, openFiles } = failing(undefined);
        const { open, clock } = journalsIn({ files, segmentBytes }, directory);
        const { journal } = open();
        for (const record of recordsOf("n0@9", 3)) {
          journal.append(record);
          await durable(journal, clock);
        }
        expect(openFiles()).toBe(1);
        journal.close();
        expect(openFiles()).toBe(0);
      }
    });
  });

  it("reports a data directory that is no directory, whatever the system says", () => {
    const files: FileSystem = { ...nodeFileSystem, isDirectory: () => false };
    expect(() => journalsIn({ files }, temporaryDirectory())).toThrow(
      /^the data directory \S+ cannot be used: it is not a directory; check its permissions and the free space$/,
    );
  });

  it("reports a data directory that is a file", () => {
    const path = join(temporaryDirectory(), "data");
    writeFileSync(path, "");
    expect(() => journalsIn({}, path)).toThrow(JournalUnavailable);
    expect(() => journalsIn({}, path)).toThrow(/^the data directory .* cannot be used: EEXIST: .*; check/);
    expect(() => journalsIn({}, join(path, "below"))).toThrow(/ cannot be used: ENOTDIR: /);
  });

  it("reports a full disk at the start, and releases the folder", () => {
    const disk = new ControlledDisk();
    const { open } = journalsIn({ files: disk.files });
    disk.failure = diskFull;
    expect(open).toThrow(/^the journal in .* cannot be opened: ENOSPC: no space left on device; check/);
    expect(open).toThrow(expect.objectContaining({ cause: diskFull }));
    disk.failure = undefined;
    open().journal.close();
  });
});
