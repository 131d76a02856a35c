import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { journalsIn } from "./support.js";

const onUnix = describe.runIf(process.platform !== "win32");

/** Ways to put something that is no regular file at a path, and how the error names it. */
const kinds: Record<string, readonly [name: string, put: (path: string) => unknown]> = {
  "a FIFO": ["a FIFO", (path) => spawnSync("mkfifo", [path])],
  "a link to a FIFO": [
    "a FIFO",
    (path) => {
      spawnSync("mkfifo", [`${path}.pipe`]);
      symlinkSync(`${path}.pipe`, path);
    },
  ],
  "a directory": ["a directory", (path) => mkdirSync(path)],
  "a link to an endless device": ["a device", (path) => symlinkSync("/dev/zero", path)],
  "a link to an empty device": ["a device", (path) => symlinkSync("/dev/null", path)],
  "a socket": [
    "a socket",
    async (path) => {
      const server = createServer();
      onTestFinished(() => void server.close());
      await new Promise<void>((resolve) => server.listen(path, resolve));
    },
  ],
};

onUnix("a journal's folder", () => {
  for (const file of ["00000001.journal", "lock"])
    it.each(Object.keys(kinds))(`rejects %s in the place of ${file} without waiting for it`, async (kind) => {
      const [name, put] = kinds[kind] as (typeof kinds)[string];
      const { open, folder } = journalsIn();
      mkdirSync(folder);
      const path = join(folder, file);
      await put(path);
      const message = `${path} is ${name}, but a journal must contain only regular files; remove it, or use another data directory`;
      expect(() => open()).toThrow(expect.objectContaining({ code: "TIDECAST_JOURNAL_UNAVAILABLE", message }));
      rmSync(path, { recursive: true });
      open().journal.close();
    });

  it("accepts a link to a regular file", () => {
    const { open, folder, directory } = journalsIn();
    mkdirSync(folder);
    writeFileSync(join(directory, "elsewhere"), "");
    symlinkSync(join(directory, "elsewhere"), join(folder, "00000001.journal"));
    open(7).journal.close();
    expect(open().incarnation).toBe(8);
  });

  it("does not write to a FIFO or a device", () => {
    const { open, folder } = journalsIn();
    spawnSync("mkfifo", [folder]);
    expect(() => open()).toThrow(`the journal in ${folder} cannot be opened: `);
    rmSync(folder);
    symlinkSync("/dev/zero", folder);
    expect(() => open()).toThrow(`the journal in ${folder} cannot be opened: `);
  });
});
