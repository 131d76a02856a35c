import { describe, expect, it } from "vitest";
import { diskFull, onControlledDisk, onFullSegment, recordsOf } from "./support.js";

const [first, second, third] = recordsOf("n0@1", 3) as [never, never, never];

describe("group commit", () => {
  it("calls no waiting caller before its record is synced, and then all of them in order", () => {
    const { journal, clock, disk, order, note } = onControlledDisk();
    journal.append(first);
    journal.sync(note("first"));
    journal.append(second);
    journal.sync(note("second"));
    clock.advance(9.999);
    expect(disk.started).toEqual([]);
    clock.advance(0.001);
    disk.finishOne();
    expect(disk.started).toEqual(["write", "sync"]);
    expect(order).toEqual([]);
    disk.finishOne();
    expect(order).toEqual(["first", "second"]);
    journal.close();
  });

  it("needs at most one write and one sync every 10 ms, however many records come", () => {
    const { journal, clock, disk } = onControlledDisk();
    let acknowledged = 0;
    for (const record of recordsOf("n0@1", 1000)) {
      journal.append(record);
      journal.sync(() => acknowledged++);
      clock.advance(1);
      disk.finish();
    }
    clock.advance(10);
    disk.finish();
    expect(acknowledged).toBe(1000);
    expect(disk.started.filter((work) => work === "sync").length).toBeLessThanOrEqual(101);
    expect(disk.started.filter((work) => work === "write").length).toBeLessThanOrEqual(101);
    journal.close();
  });

  it("gathers the next batch during a sync, and never runs two syncs at once", () => {
    const { journal, clock, disk, order, note } = onControlledDisk();
    journal.append(first);
    journal.sync(note("first"));
    clock.advance(10);
    disk.finishOne();
    journal.append(second);
    journal.sync(note("second"));
    clock.advance(100);
    journal.append(third);
    journal.sync(note("third"));
    expect(disk.started).toEqual(["write", "sync"]);
    disk.finishOne();
    expect(order).toEqual(["first"]);
    clock.advance(0);
    disk.finish();
    expect(order).toEqual(["first", "second", "third"]);
    expect(disk.started).toEqual(["write", "sync", "write", "sync"]);
    journal.close();
  });

  it("writes records without a waiting caller and without a sync, and syncs once a caller waits", () => {
    const { journal, clock, disk, order, note } = onControlledDisk();
    journal.append(first);
    clock.advance(10);
    disk.finish();
    expect(disk.started).toEqual(["write"]);
    journal.sync(note("late"));
    clock.advance(10);
    disk.finish();
    expect(disk.started).toEqual(["write", "sync"]);
    expect(order).toEqual(["late"]);
    journal.close();
  });

  it("calls at once when everything is already durable", () => {
    const { journal, order, note } = onControlledDisk();
    journal.sync(note("nothing yet"));
    expect(order).toEqual(["nothing yet"]);
    journal.close();
  });

  it("never syncs with fsync never, and calls once the system has accepted the write", () => {
    const { journal, clock, disk, order, note } = onControlledDisk({ fsync: "never" });
    journal.append(first);
    journal.sync(note("first"));
    clock.advance(10);
    expect(order).toEqual([]);
    disk.finish();
    expect(order).toEqual(["first"]);
    expect(disk.started).toEqual(["write"]);
    journal.close();
  });

  it("does nothing while nothing is appended", () => {
    const { journal, clock, disk, order, note } = onControlledDisk();
    journal.append(first);
    journal.sync(note("first"));
    clock.advance(10);
    disk.finish();
    expect(order).toEqual(["first"]);
    // Only the look for a loss, two seconds after the opening.
    expect(clock.nextDue()).toBe(2000);
    clock.advance(60_000);
    expect(disk.started).toEqual(["write", "sync"]);
    journal.close();
  });

  it("accepts records that are appended from inside a call", () => {
    const { journal, clock, disk, order, note } = onControlledDisk();
    journal.append(first);
    journal.sync(() => {
      journal.append(second);
      journal.sync(note("second"));
    });
    clock.advance(10);
    disk.finish();
    clock.advance(10);
    disk.finish();
    expect(order).toEqual(["second"]);
    journal.close();
  });
});

it("syncs once for records that need several writes", () => {
  const { journal, clock, disk, order, note } = onControlledDisk();
  // Each may take 12 MiB as JSON, so there is one in each write.
  for (const record of recordsOf("n0@1", 3)) journal.append({ ...record, value: "x".repeat(2 * 2 ** 20) });
  journal.sync(note("all"));
  clock.advance(10);
  disk.finish();
  clock.advance(20);
  disk.finish();
  clock.advance(20);
  disk.finish();
  expect(disk.started).toEqual(["write", "write", "write", "sync"]);
  expect(order).toEqual(["all"]);
  journal.close();
});

describe("a disk that fails", () => {
  it.each(["write", "sync"])(
    "is reported once when a %s fails, no caller is called, and all records are stored once it works again",
    (work) => {
      const { journal, clock, disk, log, order, note, open, folder } = onControlledDisk();
      journal.append(first);
      journal.sync(note("first"));
      for (let attempt = 0; attempt < 5; attempt++) {
        clock.advance(2000);
        if (work === "sync") disk.finishOne();
        disk.finishOne(diskFull);
        journal.append({ author: "n0@1", number: 2 + attempt, value: "more" });
        clock.advance(10);
        expect(disk.isIdle).toBe(true);
      }
      expect(order).toEqual([]);
      expect(log.lines).toEqual([
        expect.stringMatching(
          /cannot be written, so no value is acknowledged or shown .*ENOSPC: no space left on device$/,
        ),
      ]);
      clock.advance(2000);
      disk.finish();
      expect(order).toEqual(["first"]);
      expect(log.lines[1]).toBe(`the journal in ${folder} is writable again`);
      expect(log.events).toMatchObject([
        { code: "journal-unwritable", level: "error", fields: { folder } },
        { code: "journal-writable", level: "info", fields: { folder } },
      ]);
      journal.close();
      const { records, problems } = open();
      const numbers = records.map(({ number }) => number);
      expect(new Set(numbers)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
      // Attempts that were written but not synced may be there as well, with the same values.
      if (work === "write") expect(numbers).toHaveLength(6);
      expect(problems).toEqual([]);
    },
  );

  it("is tried again after 100 ms, then after twice as long each time, up to 2 s, and anew after a success", () => {
    const { journal, clock, disk } = onControlledDisk();
    /** Times at which the disk is asked to write, while it fails; each as the time since the one before. */
    const pauses = (count: number) => {
      const times: number[] = [];
      for (let last = clock.now(); times.length < count; clock.advance(1)) {
        if (disk.isIdle) continue;
        disk.finishOne(diskFull);
        times.push(clock.now() - last);
        last = clock.now();
      }
      return times;
    };
    journal.append(first);
    expect(pauses(8)).toEqual([10, 100, 200, 400, 800, 1600, 2000, 2000]);
    clock.advance(2000);
    disk.finish();
    journal.append(second);
    expect(pauses(3)).toEqual([10, 100, 200]);
    journal.close();
  });

  it("gets what came meanwhile with the next attempt, and no attempt more", () => {
    const { journal, clock, disk, order, note } = onControlledDisk();
    journal.append(first);
    clock.advance(10);
    disk.finishOne(diskFull);
    journal.append(second);
    journal.sync(note("second"));
    clock.advance(99);
    expect(disk.started).toEqual(["write"]);
    clock.advance(1);
    disk.finish();
    expect(order).toEqual(["second"]);
    clock.advance(1_000);
    expect(disk.started).toEqual(["write", "write", "sync"]);
    journal.close();
  });

  it("continues when a new segment cannot be created, and creates it later", () => {
    const { journal, clock, disk, log, order, note, open } = onControlledDisk({ segmentBytes: 1 });
    disk.failure = diskFull;
    journal.append(first);
    journal.sync(note("first"));
    clock.advance(10);
    expect(log.lines).toHaveLength(1);
    expect(disk.isIdle).toBe(true);
    disk.failure = undefined;
    clock.advance(100);
    disk.finish();
    expect(order).toEqual(["first"]);
    journal.close();
    expect(open().records).toEqual([first]);
  });

  it("continues when the last sync of a full segment fails, with all that was in it", () => {
    const { journal, clock, disk, log, order, open } = onFullSegment();
    expect(disk.started).toEqual(["write", "sync"]);
    disk.finishOne(diskFull);
    expect(disk.isIdle).toBe(true);
    expect(log.events).toMatchObject([{ code: "journal-unwritable" }]);
    clock.advance(100);
    disk.finish();
    expect(order).toEqual(["second"]);
    journal.close();
    expect(open().records).toEqual([first, second]);
  });

  it("gets what could not be written into a new segment when the journal is closed, if it works again", () => {
    const { journal, clock, disk, log, open } = onControlledDisk({ segmentBytes: 1 });
    disk.failure = diskFull;
    journal.append(first);
    clock.advance(10);
    expect(log.events).toMatchObject([{ code: "journal-unwritable", level: "error" }]);
    disk.failure = undefined;
    journal.close();
    expect(open().records).toEqual([first]);
  });

  it("reports the loss if closing fails", () => {
    const { journal, disk, log, order, note } = onControlledDisk();
    journal.append(first);
    journal.sync(note("first"));
    disk.failure = diskFull;
    journal.close();
    expect(order).toEqual([]);
    expect(log.events).toMatchObject([{ code: "journal-incomplete", level: "error" }]);
    expect(log.lines).toEqual([expect.stringMatching(/its last records are lost: ENOSPC/)]);
  });
});

describe("closing", () => {
  it("writes large records one after another", () => {
    const { journal, open } = onControlledDisk();
    const records = recordsOf("n0@1", 3).map((record) => ({ ...record, value: `${record.value}`.repeat(2 * 2 ** 20) }));
    for (const record of records) journal.append(record);
    journal.close();
    const { records: found, problems } = open();
    expect(found.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(problems).toEqual([]);
  });

  it("leaves no timer", () => {
    const { journal, clock } = onControlledDisk();
    journal.append(first);
    expect(clock.nextDue()).not.toBe(undefined);
    journal.close();
    journal.append(second);
    journal.sync(() => {});
    expect(clock.nextDue()).toBe(undefined);
  });

  it.each(["gathering", "writing", "syncing"])(
    "makes everything durable at once, and calls the waiting callers, while %s",
    (phase) => {
      const { journal, clock, disk, order, note, open } = onControlledDisk();
      journal.append(first);
      journal.sync(note("first"));
      if (phase !== "gathering") clock.advance(10);
      if (phase === "syncing") disk.finishOne();
      journal.append(second);
      journal.sync(note("second"));
      journal.close();
      expect(order).toEqual(["first", "second"]);
      journal.append(third);
      journal.sync(note("never"));
      journal.close();
      if (phase !== "gathering") disk.finish();
      clock.advance(10_000);
      expect(order).toEqual(["first", "second"]);
      const { records } = open();
      // What a sync in progress was to bring to the medium was written once more.
      expect(records.slice(phase === "syncing" ? 1 : 0)).toEqual([first, second]);
    },
  );
});
