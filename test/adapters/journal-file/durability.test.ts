import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { FileJournals } from "../../../src/adapters/journal-file/file-journals.js";
import type { FileSystem } from "../../../src/adapters/journal-file/file-system.js";
import { frame, saltOf } from "../../../src/adapters/journal-file/line-frame.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import type { Journal, JournalRecord } from "../../../src/domain/ports/journal.js";
import { SimulatedDisk } from "../../../src/workbench/simulation/disk/simulated-disk.js";
import { RecordingLog } from "../../application/recording-ports.js";
import { ControlledDisk, journalsIn, recordsOf } from "./support.js";

const ioError = Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO" });
const [first, second] = recordsOf("n0@1", 2) as [JournalRecord, JournalRecord];

/** A journal on a disk whose work ends when the test says so; texts of its segments. */
function onControlledDisk() {
  const disk = new ControlledDisk();
  const all = journalsIn({ files: disk.files });
  const { journal } = all.open();
  const segment = (number: number) => readFileSync(join(all.folder, `0000000${number}.journal`), "utf8");
  return { ...all, disk, journal, segment };
}

const count = (text: string, record: JournalRecord) => text.split(JSON.stringify(Object.values(record))).length - 1;

describe("after a failed sync", () => {
  it("writes all unsynced records again, those of earlier writes as well", () => {
    const { journal, clock, disk, segment } = onControlledDisk();
    journal.append(first);
    clock.advance(10);
    disk.finish();
    journal.append(second);
    journal.sync(() => {});
    clock.advance(10);
    disk.finishOne();
    disk.finishOne(ioError);
    clock.advance(100);
    disk.finish();
    expect([count(segment(2), first), count(segment(2), second)]).toEqual([1, 1]);
    journal.close();
  });

  it("does not confirm earlier records if nothing new came", () => {
    const { journal, clock, disk, segment } = onControlledDisk();
    journal.append(first);
    clock.advance(10);
    disk.finish();
    journal.sync(() => {});
    clock.advance(10);
    disk.finishOne(ioError);
    clock.advance(100);
    disk.finish();
    expect(count(segment(2), first)).toBe(1);
    journal.close();
  });

  it("leaves no record in the file that the next life would take for durable", () => {
    const { journal, clock, disk, segment } = onControlledDisk();
    journal.append(first);
    journal.sync(() => {});
    clock.advance(10);
    disk.finishOne();
    expect(count(segment(1), first)).toBe(1);
    disk.finishOne(ioError);
    expect(count(segment(1), first)).toBe(0);
    journal.close();
  });

  it("writes the records again in the same place if it cannot cut them off", () => {
    const { journal, clock, disk, segment, folder } = onControlledDisk();
    journal.append(first);
    journal.sync(() => {});
    clock.advance(10);
    disk.finishOne();
    disk.failure = ioError;
    disk.finishOne(ioError);
    disk.failure = undefined;
    disk.started.length = 0;
    clock.advance(100);
    disk.finish();
    expect(disk.started).toEqual(["write", "sync"]);
    expect(count(segment(1), first)).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(["00000001.journal", "lock"]);
    journal.close();
  });
});

it("writes unsynced records again when it is closed during a sync, which may fail unnoticed", () => {
  const { journal, clock, disk, segment } = onControlledDisk();
  journal.append(first);
  journal.sync(() => {});
  clock.advance(10);
  disk.finishOne();
  journal.close();
  expect(count(segment(1), first)).toBe(2);
  disk.finishOne(ioError);
});

/** A journal on a simulated disk, whose lives the test begins and ends. */
function onSimulatedDisk(seed: number, segmentBytes: number) {
  const clock = new FakeClock();
  const disk = new SimulatedDisk(
    { clock, random: new SeededRandom(seed), damaged: () => {}, tally: () => {} },
    "/var/data",
  );
  const log = new RecordingLog();
  let end = () => {};
  const open = () => {
    end();
    let isOver = false;
    end = () => {
      isOver = true;
    };
    const alive = (task: () => void) => () => {
      if (!isOver) task();
    };
    const files = disk.mount((task) => alive(task)());
    const ownClock = {
      now: () => clock.now(),
      schedule: (delay: number, task: () => void) => clock.schedule(delay, alive(task)),
    };
    return new FileJournals({ clock: ownClock, log }, "/var/data", { files, segmentBytes }).open("n0", 1);
  };
  /** A failed sync is a matter of chance: some seeds have one. */
  const withFailingSyncs = <T>(work: () => T): T => {
    const fault = { kind: "disk", node: 0, trouble: "sync-errors", from: 0, until: 0 } as const;
    disk.begin(fault);
    try {
      return work();
    } finally {
      disk.end(fault);
    }
  };
  return { clock, disk, log, open, withFailingSyncs, files: (): FileSystem => disk.mount((task) => task()) };
}

function makeDurable(journal: Journal, record: JournalRecord, clock: FakeClock): void {
  let isDurable = false;
  journal.append(record);
  journal.sync(() => {
    isDurable = true;
  });
  clock.advance(1_000);
  expect(isDurable).toBe(true);
}

const SEEDS = Array.from({ length: 40 }, (_, index) => index);

describe("a value that a life has found", () => {
  it.each([1, 2 ** 24])(
    "is durable, though the life before was killed before its sync, with segments of %d bytes",
    (segmentBytes) => {
      for (const seed of SEEDS) {
        const { open, disk, clock } = onSimulatedDisk(seed, segmentBytes);
        const { journal } = open();
        journal.append(first);
        clock.advance(12);
        const found = open().records;
        disk.cutPower();
        expect(open().records).toEqual(expect.arrayContaining([...found]));
      }
    },
  );

  it("is durable, though the system believes after a failed sync that it was already", () => {
    for (const seed of SEEDS) {
      const { open, disk, files, withFailingSyncs } = onSimulatedDisk(seed, 2 ** 24);
      open();
      disk.cutPower();
      const file = files().open("/var/data/n0/00000001.journal", "write");
      // Several pages: what is appended writes the last one again in any case.
      const line = frame([JSON.stringify(["n0@1", 1, "x".repeat(20_000)])], file.size(), saltOf(1));
      for (let at = 0; at < line.length; ) at += file.writeNow(line.subarray(at), file.size());
      expect(() =>
        withFailingSyncs(() => {
          for (;;) {
            file.writeNow(Buffer.from("\n"), file.size() - 1);
            file.syncNow();
          }
        }),
      ).toThrow("EIO");
      const found = open().records;
      expect(found).toHaveLength(1);
      disk.cutPower();
      expect(open().records).toEqual(found);
    }
  });
});

it("keeps through a power cut what was appended just before it was closed", () => {
  for (const seed of SEEDS) {
    const { open, disk } = onSimulatedDisk(seed, 2 ** 24);
    const { journal } = open();
    let isDurable = false;
    journal.append(first);
    journal.sync(() => {
      isDurable = true;
    });
    journal.close();
    expect(isDurable).toBe(true);
    disk.cutPower();
    expect(open().records).toEqual([first]);
  }
});

it("keeps a segment through a power cut, though the life that created it was killed before it was in its folder", () => {
  for (const seed of SEEDS) {
    const { open, disk, clock, files } = onSimulatedDisk(seed, 2 ** 24);
    open();
    disk.cutPower();
    files().open("/var/data/n0/00000002.journal", "create").close();
    makeDurable(open().journal, first, clock);
    disk.cutPower();
    expect(open().records).toEqual([first]);
  }
});

it("writes with fsync never nothing twice that is written already", () => {
  const disk = new ControlledDisk();
  const { open, folder, clock } = journalsIn({ files: disk.files, fsync: "never" });
  const { journal } = open();
  journal.append(first);
  clock.advance(10);
  disk.finish();
  journal.append(second);
  clock.advance(10);
  expect(disk.isIdle).toBe(false);
  journal.close();
  const text = readFileSync(join(folder, "00000001.journal"), "utf8");
  expect([count(text, first), count(text, second)]).toEqual([1, 1]);
  disk.finish();
});

it("keeps a new journal through a power cut, though its creation failed at first", () => {
  for (const seed of SEEDS) {
    const { open, disk, clock, withFailingSyncs } = onSimulatedDisk(seed, 2 ** 24);
    for (let attempt = 0; attempt < 5; attempt++)
      try {
        withFailingSyncs(open);
      } catch (error) {
        expect(error).toMatchObject({ code: "TIDECAST_JOURNAL_UNAVAILABLE" });
      }
    const { journal } = open();
    makeDurable(journal, first, clock);
    disk.cutPower();
    expect(open().records).toContainEqual(first);
  }
});

it("reports damage even if the journal then cannot be opened, since the next attempt may not see it", () => {
  const { open, disk, log, clock, files } = onSimulatedDisk(1, 2 ** 24);
  makeDurable(open().journal, first, clock);
  const file = files().open("/var/data/n0/00000001.journal", "write");
  for (const byte of Buffer.from("rubbish")) file.writeNow(Buffer.of(byte), file.size());
  disk.begin({ kind: "disk", node: 0, trouble: "read-only", from: 0, until: 0 });
  expect(open).toThrow("EROFS");
  expect(log.lines).toEqual([expect.stringContaining("ends with an incomplete record")]);
});
