import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import type { FileSystem } from "../../../src/adapters/journal-file/file-system.js";
import { nodeFileSystem } from "../../../src/adapters/journal-file/node-file-system.js";
import { appendAll, durable, journalsIn, recordsOf } from "./support.js";

/** The disk of this machine without syncs, and the synchronous work that it gets on the folder of n0 and the files in it. */
function recordingDisk() {
  const work: string[] = [];
  const files: FileSystem = {
    ...nodeFileSystem,
    syncDirectory: (path) => {
      if (basename(path) === "n0") work.push("sync folder");
    },
    open: (path, access) => {
      const file = nodeFileSystem.open(path, access);
      const number = Number.parseInt(basename(path), 10);
      return Object.assign(Object.create(file), {
        writeNow: (bytes: Uint8Array, position: number) => {
          work.push(`write ${number}: ${position} to ${position + bytes.length}`);
          return file.writeNow(bytes, position);
        },
        syncNow: () => work.push(`sync ${number}`),
      });
    },
  };
  return { files, work };
}

/** A closed journal with three values, and a way to open it again, and to see the work on the disk. */
function written() {
  const { directory, open, folder } = journalsIn();
  const { journal } = open(1000);
  appendAll(journal, recordsOf("n0@1000", 3));
  journal.close();
  const path = `${folder}/00000001.journal`;
  const size = readFileSync(path).length;
  const { files, work } = recordingDisk();
  const again = (options: { fsync?: "always" | "never"; segmentBytes?: number } = {}) =>
    journalsIn({ ...options, files }, directory)
      .open(2000)
      .journal.close();
  const end = () => readFileSync(path).length;
  return { folder, path, size, work, again, end };
}

describe("a life that begins", () => {
  it("gives the system again what is in the last file, adds itself, and syncs both at once", () => {
    const { size, work, again, end } = written();
    again({ segmentBytes: size + 1 });
    expect(work).toEqual(["sync folder", `write 1: 0 to ${size}`, `write 1: ${size} to ${end()}`, "sync 1"]);
  });

  it("syncs a file that has its full size, and continues in another one", () => {
    const { size, work, again, end, folder } = written();
    again({ segmentBytes: size });
    const life = readFileSync(`${folder}/00000002.journal`).length;
    expect(work).toEqual([
      "sync folder",
      `write 1: 0 to ${size}`,
      "sync 1",
      "sync folder",
      `write 2: 0 to ${life}`,
      "sync 2",
    ]);
    expect(end()).toBe(size);
  });

  it("only adds itself with fsync never", () => {
    const { size, work, again, end } = written();
    again({ fsync: "never" });
    expect(work).toEqual([`write 1: ${size} to ${end()}`]);
  });

  it("leaves out what is damaged", () => {
    const { path, size, work, again, end } = written();
    const bytes = readFileSync(path);
    const after = bytes.lastIndexOf("\n", size - 2) + 1;
    const before = bytes.lastIndexOf("\n", after - 2) + 1;
    bytes.writeUInt8(0, before + 3);
    writeFileSync(path, bytes);
    again();
    expect(work).toEqual([
      "sync folder",
      `write 1: 0 to ${before}`,
      `write 1: ${after} to ${size}`,
      `write 1: ${size} to ${end()}`,
      "sync 1",
    ]);
  });
});

it("asks nothing of the disk when it is closed and everything is durable", async () => {
  const { files, work } = recordingDisk();
  const { open, clock } = journalsIn({ files });
  const { journal } = open();
  appendAll(journal, recordsOf("n0@1", 1));
  await durable(journal, clock);
  work.length = 0;
  journal.close();
  expect(work).toEqual([]);
});

it("follows a file that has exactly its full size with another one", async () => {
  const records = recordsOf("n0@1", 2);
  const filesWith = async (segmentBytes: number) => {
    const { open, clock, folder } = journalsIn({ segmentBytes });
    const { journal } = open();
    const sizes: number[] = [];
    for (const record of records) {
      journal.append(record);
      await durable(journal, clock);
      sizes.push(readFileSync(`${folder}/00000001.journal`).length);
    }
    journal.close();
    return { sizes, count: readdirSync(folder).length };
  };
  const { sizes, count } = await filesWith(2 ** 24);
  expect(count).toBe(1);
  const [afterFirst = 0] = sizes;
  expect((await filesWith(afterFirst)).count).toBe(2);
  expect((await filesWith(afterFirst + 1)).count).toBe(1);
});
