import { expect, it, vi } from "vitest";
import { diskFull, onControlledDisk, onFullSegment, recordsOf } from "./support.js";

const [first, second] = recordsOf("n0@1", 2) as [never, never];

it("lets a record that came during a sync wait for others no longer than any other record", () => {
  const { journal, clock, disk } = onControlledDisk();
  journal.append(first);
  journal.sync(() => {});
  clock.advance(10);
  disk.finishOne();
  journal.append(second);
  clock.advance(4);
  disk.finishOne();
  clock.advance(5.999);
  expect(disk.started).toEqual(["write", "sync"]);
  clock.advance(0.001);
  expect(disk.started).toEqual(["write", "sync", "write"]);
  disk.finish();
  journal.close();
});

it("writes what one write cannot take 10 ms later", () => {
  const { journal, clock, disk } = onControlledDisk();
  // Each may take 12 MiB as JSON, so there is one in each write.
  for (const record of recordsOf("n0@1", 2)) journal.append({ ...record, value: "x".repeat(2 * 2 ** 20) });
  clock.advance(10);
  disk.finishOne();
  clock.advance(9.999);
  expect(disk.started).toEqual(["write"]);
  clock.advance(0.001);
  expect(disk.started).toEqual(["write", "write"]);
  disk.finish();
  journal.close();
});

it("sets no timer once everything is written", () => {
  const { journal, clock, disk } = onControlledDisk();
  const schedule = vi.spyOn(clock, "schedule");
  journal.append(first);
  journal.sync(() => {});
  clock.advance(10);
  disk.finish();
  expect(schedule.mock.calls.map(([delay]) => delay)).toEqual([10]);
  journal.close();
});

it("calls at once with fsync never if the system already has everything", () => {
  const { journal, clock, disk, order, note } = onControlledDisk({ fsync: "never" });
  journal.append(first);
  clock.advance(10);
  disk.finish();
  journal.sync(note("first"));
  expect(order).toEqual(["first"]);
  journal.close();
});

it("leaves a full segment without another sync if everything in it is durable", () => {
  const { journal, clock, disk } = onControlledDisk({ segmentBytes: 1 });
  for (const record of [first, second]) {
    journal.append(record);
    journal.sync(() => {});
    clock.advance(10);
    disk.finish();
  }
  expect(disk.started).toEqual(["write", "sync", "write", "sync"]);
  journal.close();
});

it("keeps all records when the last sync of a full segment fails, and its records cannot be cut off", () => {
  const { journal, clock, disk, order, open } = onFullSegment();
  disk.failure = diskFull;
  disk.finishOne(diskFull);
  disk.failure = undefined;
  expect(disk.isIdle).toBe(true);
  clock.advance(100);
  disk.finish();
  expect(order).toEqual(["second"]);
  journal.close();
  expect(open().records).toEqual([first, second]);
});
