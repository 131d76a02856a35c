import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import type { FileSystem } from "../../../../src/adapters/journal-file/file-system.js";
import { SeededRandom } from "../../../../src/adapters/seeded-random/seeded-random.js";
import type { DiskTrouble } from "../../../../src/workbench/simulation/disk/disk-fault.js";
import { SimulatedDisk } from "../../../../src/workbench/simulation/disk/simulated-disk.js";
import { PAGE } from "../../../../src/workbench/simulation/disk/simulated-file.js";

/** A disk with a durable directory `/data`. */
function diskOf(seed: number) {
  const damaged: (readonly number[] | undefined)[] = [];
  const clock = new FakeClock();
  const disk = new SimulatedDisk(
    { clock, random: new SeededRandom(seed), damaged: (values) => damaged.push(values), tally: () => {} },
    "/data",
  );
  const files = disk.mount((task) => task());
  files.makeDirectory("/data");
  files.syncDirectory("/");
  const trouble = (name: DiskTrouble) => disk.begin({ kind: "disk", node: 0, trouble: name, from: 0, until: 0 });
  return { clock, disk, files, damaged, trouble, remount: () => disk.mount((task) => task()) };
}

/** Creates a file that is durable, with its entry. */
function createDurable(files: FileSystem, path: string, text: string) {
  const file = files.open(path, "create");
  writeAll(file, text, 0);
  file.syncNow();
  files.syncDirectory("/data");
  return file;
}

function writeAll(file: ReturnType<FileSystem["open"]>, text: string, position: number): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += file.writeNow(bytes.subarray(at), position + at);
}

function textOf(files: FileSystem, path: string): string {
  const file = files.open(path, "read");
  const bytes = Buffer.alloc(file.size());
  for (let at = 0; at < bytes.length; ) at += file.read(bytes.subarray(at), at);
  return bytes.toString("latin1");
}

/** The distinct results of many seeds. */
function outcomes(run: (seed: number) => string): Set<string> {
  return new Set(Array.from({ length: 200 }, (_, seed) => run(seed)));
}

const OLD = "o".repeat(PAGE);
const NEW = "n".repeat(3 * PAGE);

describe("a simulated disk", () => {
  it("keeps synced bytes through a power cut, and of others all, some or none, whole pages or parts", () => {
    const found = outcomes((seed) => {
      const { files, disk, remount } = diskOf(seed);
      writeAll(createDurable(files, "/data/a", OLD), NEW, OLD.length);
      disk.cutPower();
      const text = textOf(remount(), "/data/a");
      expect(text.slice(0, OLD.length)).toBe(OLD);
      return text.slice(OLD.length);
    });
    expect(found).toContain("");
    expect(found).toContain(NEW);
    expect([...found].some((text) => /^\0+n/.test(text))).toBe(true);
    expect(found.size).toBeGreaterThan(20);
  });

  it("keeps everything if only the process ends", () => {
    const { files, disk, remount } = diskOf(1);
    writeAll(files.open("/data/a", "create"), NEW, 0);
    disk.unmount();
    expect(textOf(remount(), "/data/a")).toBe(NEW);
  });

  it("may forget new entries, and restore removed ones, that were not synced", () => {
    const found = outcomes((seed) => {
      const { files, disk, remount } = diskOf(seed);
      createDurable(files, "/data/a", OLD);
      files.open("/data/b", "create").syncNow();
      files.remove("/data/a");
      disk.cutPower();
      return remount().list("/data").sort().join(" ");
    });
    expect(found).toEqual(new Set(["", "a", "b", "a b"]));
  });

  it("forgets after a failed sync that bytes are missing on the medium, so that the next sync succeeds in vain", () => {
    const found = outcomes((seed) => {
      const { files, disk, remount, trouble } = diskOf(seed);
      const file = createDurable(files, "/data/a", OLD);
      trouble("sync-errors");
      writeAll(file, NEW, OLD.length);
      let failures = 0;
      for (let attempt = 0; attempt < 2; attempt++)
        try {
          file.syncNow();
        } catch {
          failures++;
        }
      expect(textOf(files, "/data/a")).toBe(OLD + NEW);
      disk.cutPower();
      return `${failures} ${textOf(remount(), "/data/a") === OLD + NEW ? "kept" : "lost"}`;
    });
    expect(found).toContain("0 kept");
    expect(found).toContain("1 lost");
  });

  it("takes no more bytes than it has room for, and says so", () => {
    const { files, trouble } = diskOf(1);
    const file = createDurable(files, "/data/a", OLD);
    trouble("full");
    expect(() => writeAll(file, "x".repeat(10 * PAGE), OLD.length)).toThrow(/^ENOSPC: no space left on device, write$/);
    expect(file.size()).toBeLessThan(6 * PAGE);
    writeAll(file, NEW.slice(0, PAGE), 0);
  });

  it("reads and writes only a part of the bytes now and then", () => {
    const written = outcomes((seed) =>
      String(diskOf(seed).files.open("/data/a", "create").writeNow(Buffer.from(NEW), 0)),
    );
    expect(written).toContain(String(NEW.length));
    expect(written.size).toBeGreaterThan(3);
  });

  it("names the values whose records a flipped bit, a stray page, a bad page and a deletion damage", () => {
    const record = (value: number) => `12345678 20 ["n0@1",${value},${value}]\n`;
    const records = Array.from({ length: 40 }, (_, index) => record(index + 100)).join("");
    for (const [name, most] of [
      ["flip", 1],
      ["misdirected", 14],
      ["unreadable", 40],
    ] as const) {
      const { files, damaged, trouble, disk } = diskOf(7);
      const file = createDurable(files, "/data/a", records);
      writeAll(file, record(140), records.length);
      trouble(name);
      try {
        file.syncNow();
      } catch {}
      const values = damaged.flatMap((some) => some ?? []);
      expect(values.length, name).toBeGreaterThan(0);
      expect(values.length, name).toBeLessThanOrEqual(most + 1);
      expect(disk.isDamaged).toBe(true);
    }
    const { files, damaged, trouble } = diskOf(7);
    createDurable(files, "/data/a", records);
    trouble("deleted");
    expect(damaged).toEqual([undefined]);
    expect(() => files.list("/data")).toThrow(/^ENOENT/);
  });
});
