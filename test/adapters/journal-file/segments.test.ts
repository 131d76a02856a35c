import { describe, expect, it } from "vitest";
import { makeDirectory } from "../../../src/adapters/journal-file/directory.js";
import type { FileSystem, OpenFile } from "../../../src/adapters/journal-file/file-system.js";
import { memberFolder } from "../../../src/adapters/journal-file/member-folder.js";
import { nodeFileSystem } from "../../../src/adapters/journal-file/node-file-system.js";
import { SegmentFile } from "../../../src/adapters/journal-file/segment-file.js";
import { createSegment, listSegments, pathOf, removeSegment } from "../../../src/adapters/journal-file/segments.js";

const failure = (code: string) => Object.assign(new Error(`${code}: a reason, open`), { code });

describe("the segments in a folder", () => {
  it("are listed by their numbers, without other files", () => {
    const names = [
      ...["00000010.journal", "00000009.journal", "123456789.journal", "123456789012345.journal"],
      ...["1.journal", "0000001.journal", "1234567890123456.journal", "x00000001.journal", "00000001.journal.bak"],
      ...["00000001xjournal", "lock", "0000000x.journal"],
    ];
    const files: FileSystem = { ...nodeFileSystem, list: () => names };
    expect(listSegments(files, "/data/n0")).toEqual([
      { number: 9, path: "/data/n0/00000009.journal" },
      { number: 10, path: "/data/n0/00000010.journal" },
      { number: 123_456_789, path: "/data/n0/123456789.journal" },
      { number: 123_456_789_012_345, path: "/data/n0/123456789012345.journal" },
    ]);
  });

  it("are created in a folder that is then synced, and closed again if that fails", () => {
    const done: string[] = [];
    let isBroken = false;
    const files: FileSystem = {
      ...nodeFileSystem,
      open: (path, access) => {
        done.push(`${access} ${path}`);
        return { close: () => done.push("close") } as unknown as OpenFile;
      },
      syncDirectory: (path) => {
        done.push(`sync ${path}`);
        if (isBroken) throw failure("EIO");
      },
      remove: (path) => done.push(`remove ${path}`),
    };
    createSegment(files, "/data/n0", 7);
    expect(done.splice(0)).toEqual(["create /data/n0/00000007.journal", "sync /data/n0"]);
    isBroken = true;
    expect(() => createSegment(files, "/data/n0", 8)).toThrow("EIO: a reason");
    expect(done.splice(0)).toEqual(["create /data/n0/00000008.journal", "sync /data/n0", "close"]);
    removeSegment(files, "/data/n0", 8);
    expect(done).toEqual([`remove ${pathOf("/data/n0", 8)}`]);
  });
});

describe("a directory", () => {
  /** The directories that are synced, on a system that fails to sync some. */
  function synced(path: string, errors: Record<string, Error> = {}): string[] {
    const done: string[] = [];
    const files: FileSystem = {
      ...nodeFileSystem,
      makeDirectory: (made) => done.push(`make ${made}`),
      syncDirectory: (above) => {
        done.push(above);
        if (errors[above] !== undefined) throw errors[above];
      },
    };
    makeDirectory(files, path);
    return done;
  }

  it("is created, and all directories above it are synced", () => {
    expect(synced("/var/data/n0")).toEqual(["make /var/data/n0", "/var/data", "/var", "/"]);
    expect(synced("/")).toEqual(["make /"]);
  });

  it.each(["EACCES", "EROFS"])("may lie in one that belongs to somebody else: %s", (code) => {
    expect(synced("/var/data", { "/var": failure(code) })).toEqual(["make /var/data", "/var", "/"]);
  });

  it.each([failure("EIO"), new Error("without a code")])("is not made if a sync fails: %s", (error) => {
    expect(() => synced("/var/data", { "/": error })).toThrow(error);
  });
});

it.each([
  ["n0", "n0"],
  ["N1", "%4e1"],
  ["a.b-c_d", "a.b-c_d"],
  [".", "%2e"],
  ["..", "%2e."],
  ["\n", "%0a"],
  ["ü/", "%c3%bc%2f"],
  ["", "%"],
])("the member %j has the folder %s", (member, folder) =>
  expect(memberFolder("/data", member)).toBe(`/data/${folder}`),
);

describe("the file of a segment", () => {
  /** A file that handles these numbers of bytes at a time, and then all. */
  function slowFile(content: string, ...sizes: number[]) {
    const bytes = Buffer.from(content);
    const writes: string[] = [];
    const reads: number[] = [];
    const sizeOf = (most: number) => Math.min(sizes.shift() ?? most, most);
    const state: { error: Error | undefined; closed: number } = { error: undefined, closed: 0 };
    const write = (part: Uint8Array, position: number) => {
      const size = sizeOf(part.length);
      writes.push(`${Buffer.from(part.subarray(0, size)).toString()} at ${position}`);
      return size;
    };
    const file: Partial<OpenFile> = {
      size: () => bytes.length,
      read: (into, position) => {
        if (state.error !== undefined) throw state.error;
        reads.push(position);
        return bytes.copy(into, 0, position, position + sizeOf(Math.min(into.length, bytes.length - position)));
      },
      write: (part, position, done) => {
        const size = write(part, position);
        if (state.error !== undefined && writes.length > 1) done(state.error, 0);
        else done(undefined, size);
      },
      writeNow: write,
      close: () => {
        state.closed++;
      },
    };
    return { file: file as OpenFile, reads, writes, state };
  }

  it("is read in pieces of any size, up to the end or to where the medium gives no more", () => {
    const { file, reads } = slowFile("abcdefgh", 3, 1, 2);
    expect(new SegmentFile(file).read().toString()).toBe("abcdefgh");
    expect(reads).toEqual([0, 3, 4, 6]);
    expect(new SegmentFile(slowFile("abcdefgh", 3, 0).file).read().toString()).toBe("abc");
    expect(new SegmentFile(slowFile("").file).read()).toEqual(Buffer.alloc(0));
  });

  it("is opened for reading alone, and closed after it was read, also if that fails", () => {
    for (const error of [undefined, failure("EIO")]) {
      const { file, state } = slowFile("abc");
      state.error = error;
      const open = (path: string, access: string) => {
        expect([path, access]).toEqual(["/data/x", "read"]);
        return file;
      };
      const read = () => SegmentFile.contentOf({ ...nodeFileSystem, open }, "/data/x");
      if (error === undefined) expect(read().toString()).toBe("abc");
      else expect(read).toThrow(error);
      expect(state.closed).toBe(1);
    }
  });

  it("is written in pieces, each after the one before", () => {
    const { file, writes } = slowFile("", 2, 1);
    let calls = 0;
    new SegmentFile(file).write(Buffer.from("abcdef"), 10, (error) => {
      expect(error).toBe(undefined);
      calls++;
    });
    expect([calls, writes]).toEqual([1, ["ab at 10", "c at 12", "def at 13"]]);
    const other = slowFile("", 2, 1);
    new SegmentFile(other.file).writeNow(Buffer.from("abcdef"), 10);
    expect(other.writes).toEqual(["ab at 10", "c at 12", "def at 13"]);
  });

  it("is not written further after an error", () => {
    const { file, writes, state } = slowFile("", 2, 2, 2);
    state.error = failure("ENOSPC");
    const errors: unknown[] = [];
    new SegmentFile(file).write(Buffer.from("abcdef"), 0, (error) => errors.push(error));
    expect([errors, writes]).toEqual([[state.error], ["ab at 0", "cd at 2"]]);
  });
});
