import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import type { FileSystem, OpenFile } from "../../../src/adapters/journal-file/file-system.js";
import { nodeFileSystem } from "../../../src/adapters/journal-file/node-file-system.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import { SimulatedDisk } from "../../../src/workbench/simulation/disk/simulated-disk.js";
import { eventually } from "../../support/eventually.js";
import { durable, journalsIn, recordsOf, temporaryDirectory } from "./support.js";

function simulated(): [FileSystem, string] {
  const clock = new FakeClock();
  const deps = { clock, random: new SeededRandom(1), damaged: () => {}, tally: () => {} };
  const files = new SimulatedDisk(deps, "/data").mount((task) => task());
  files.makeDirectory("/data");
  return [files, "/data"];
}

const systems: [string, () => [FileSystem, string]][] = [
  ["of this machine", () => [nodeFileSystem, temporaryDirectory()]],
  ["of a simulated disk", simulated],
];

function write(file: OpenFile, text: string, position: number): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += file.writeNow(bytes.subarray(at), position + at);
}

function read(files: FileSystem, path: string): string {
  const file = files.open(path, "read");
  const bytes = Buffer.alloc(file.size());
  for (let at = 0; at < bytes.length; ) at += file.read(bytes.subarray(at), at);
  expect(file.read(Buffer.alloc(1), bytes.length)).toBe(0);
  file.close();
  return bytes.toString();
}

const withCode = (code: string) => expect.objectContaining({ code });

describe.each(systems)("the file system %s", (_, open) => {
  it("writes, overwrites, extends, cuts off and removes files", () => {
    const [files, folder] = open();
    const path = join(folder, "a");
    const file = files.open(path, "create");
    write(file, "abcdef", 0);
    write(file, "XY", 2);
    write(file, "z", 8);
    file.syncNow();
    expect(read(files, path)).toBe("abXYef\0\0z");
    file.truncate(3);
    write(file, "!", 5);
    expect(read(files, path)).toBe("abX\0\0!");
    expect(files.list(folder)).toEqual(["a"]);
    files.remove(path);
    files.remove(path);
    expect(files.list(folder)).toEqual([]);
    write(file, "still open", 0);
    file.close();
  });

  it("creates directories with their parents, and nothing twice", () => {
    const [files, folder] = open();
    const nested = join(folder, "b", "c");
    files.makeDirectory(nested);
    files.makeDirectory(nested);
    files.syncDirectory(nested);
    expect(files.isDirectory(nested)).toBe(true);
    files.open(join(nested, "d"), "create").close();
    expect(files.isDirectory(join(nested, "d"))).toBe(false);
    expect(() => files.open(join(nested, "d"), "create")).toThrow(withCode("EEXIST"));
    expect(() => files.makeDirectory(join(nested, "d"))).toThrow(withCode("EEXIST"));
  });

  it("names what is missing, and tells a new file from the one before", () => {
    const [files, folder] = open();
    const path = join(folder, "a");
    for (const act of [
      () => files.open(path, "read"),
      () => files.open(path, "write"),
      () => files.identify(path),
      () => files.requireWritable(path),
      () => files.list(path),
      () => files.isDirectory(path),
      () => files.syncDirectory(path),
      () => files.open(join(path, "b"), "create"),
    ])
      expect(act).toThrow(withCode("ENOENT"));
    const first = files.open(path, "create");
    const identity = files.identify(path);
    expect(files.identify(path)).toBe(identity);
    expect(() => files.identify(join(path, "b"))).toThrow(withCode("ENOTDIR"));
    files.requireWritable(path);
    files.remove(path);
    files.open(path, "create").close();
    expect(files.identify(path)).not.toBe(identity);
    first.close();
  });
});

/** Resolves with what the work passes to its callback. */
const ended = <Result extends unknown[]>(work: (done: (...result: Result) => void) => void) =>
  new Promise<Result>((resolve) => work((...result) => resolve(result)));

describe("the file system of this machine", () => {
  it("writes and syncs beside other work, and reports how much it wrote", async () => {
    const path = join(temporaryDirectory(), "a");
    const file = nodeFileSystem.open(path, "create");
    expect(await ended<[Error | undefined, number]>((done) => file.write(Buffer.from("abc"), 2, done))).toEqual([
      undefined,
      3,
    ]);
    expect(await ended((done) => file.sync(done))).toEqual([undefined]);
    file.close();
    expect(read(nodeFileSystem, path)).toBe("\0\0abc");
  });

  it("passes on the errors of such work, and throws those of its own", async () => {
    const path = join(temporaryDirectory(), "a");
    nodeFileSystem.open(path, "create").close();
    const file = nodeFileSystem.open(path, "read");
    const [failure] = await ended<[Error | undefined, number]>((done) => file.write(Buffer.from("abc"), 0, done));
    expect(failure).toMatchObject({ code: "EBADF" });
    expect(() => file.writeNow(Buffer.from("abc"), 0)).toThrow(withCode("EBADF"));
    expect(() => file.truncate(0)).toThrow(withCode("EINVAL"));
    file.close();
  });

  // The directories of the kernel cannot be synced.
  it.runIf(process.platform === "linux")("does without syncs of directories where there are none", () => {
    nodeFileSystem.syncDirectory("/proc/self");
  });
});

it("waits on a real file system that is full until there is room", async (context) => {
  const directory = temporaryDirectory();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", directory]);
  if (mounted.status !== 0) context.skip("only root may mount a small file system");
  onTestFinished(() => void spawnSync("umount", [directory]));
  const { open, clock, log } = journalsIn({}, directory);
  const { journal } = open();
  const ballast = nodeFileSystem.open(join(directory, "ballast"), "create");
  try {
    for (let at = 0; ; ) at += ballast.writeNow(Buffer.alloc(4096), at);
  } catch (error) {
    expect(error).toMatchObject({ code: "ENOSPC" });
  }
  const records = recordsOf("n0@1", 1000);
  for (const record of records) journal.append(record);
  const isDurable = durable(journal, clock);
  const ticking = setInterval(() => clock.advance(100), 5);
  onTestFinished(() => clearInterval(ticking));
  await eventually(() => expect(log.lines).not.toEqual([]));
  expect(log.lines).toEqual([expect.stringMatching(/cannot be written.*ENOSPC: no space left on device$/)]);
  ballast.truncate(0);
  ballast.close();
  await isDurable;
  clearInterval(ticking);
  journal.close();
  const next = open();
  next.journal.close();
  expect(next.records).toEqual(records);
});
