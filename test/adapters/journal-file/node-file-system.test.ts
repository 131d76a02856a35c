import { join } from "node:path";
import { expect, it } from "vitest";
import { nodeFileSystem } from "../../../src/adapters/journal-file/node-file-system.js";
import { temporaryDirectory } from "./support.js";
import { failWith, real, replaceCalls } from "./system-calls.js";

it("syncs the directory that it is asked to sync, and closes it", () => {
  const directory = temporaryDirectory();
  const calls: string[] = [];
  let inode = 0;
  replaceCalls({
    fsyncSync: (descriptor: number) => {
      inode = real.fstatSync(descriptor).ino;
      calls.push("sync");
    },
    closeSync: (descriptor: number) => {
      calls.push("close");
      real.closeSync(descriptor);
    },
  });
  nodeFileSystem.syncDirectory(directory);
  expect(calls).toEqual(["sync", "close"]);
  expect(inode).toBe(real.statSync(directory).ino);
});

const unsupported = ["EISDIR", "EPERM", "EINVAL", "ENOTSUP"];

it.each(unsupported)("does without a sync where a directory cannot be synced: %s", (code) => {
  replaceCalls({ fsyncSync: failWith(code) });
  nodeFileSystem.syncDirectory(temporaryDirectory());
});

it.each(unsupported)("does without a sync where a directory cannot be opened: %s", (code) => {
  replaceCalls({ openSync: failWith(code) });
  nodeFileSystem.syncDirectory("/data");
});

it("reports any other failed sync of a directory", () => {
  const directory = temporaryDirectory();
  replaceCalls({ fsyncSync: failWith("EIO") });
  expect(() => nodeFileSystem.syncDirectory(directory)).toThrow("EIO");
});

it("syncs an open file at once", () => {
  const path = join(temporaryDirectory(), "a");
  const synced: number[] = [];
  replaceCalls({ fdatasyncSync: (descriptor: number) => synced.push(real.fstatSync(descriptor).ino) });
  const file = nodeFileSystem.open(path, "create");
  file.syncNow();
  file.close();
  expect(synced).toEqual([real.statSync(path).ino]);
});

it("tells apart files whose inodes differ only beyond the precision of a number", () => {
  const inodes = [2n ** 60n, 2n ** 60n + 1n];
  replaceCalls({
    statSync: (_: string, options?: { readonly bigint?: boolean }) => {
      const ino = inodes.shift() as bigint;
      return options?.bigint === true ? { dev: 1n, ino } : { dev: 1, ino: Number(ino) };
    },
  });
  expect(nodeFileSystem.identify("/data/a")).not.toBe(nodeFileSystem.identify("/data/a"));
});
