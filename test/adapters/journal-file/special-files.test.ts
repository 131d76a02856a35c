import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { journalsIn } from "./support.js";
import { real, replaceCalls, systemError } from "./system-calls.js";

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

  /** A journal in whose folder a FIFO takes the place of the first file. */
  function withFifo() {
    const all = journalsIn();
    mkdirSync(all.folder);
    const path = join(all.folder, "00000001.journal");
    spawnSync("mkfifo", [path]);
    return { ...all, path };
  }

  function failToOpen(path: string, code: string): void {
    replaceCalls({
      openSync: (name: string, flags: string | number) => {
        if (name === path) throw systemError(code);
        return real.openSync(name, flags);
      },
    });
  }

  // Systems differ in what they say when such a file is opened.
  it.each(["ENXIO", "ENODEV", "EISDIR", "EOPNOTSUPP"])("names the kind of a file that cannot be opened: %s", (code) => {
    const { open, path } = withFifo();
    failToOpen(path, code);
    expect(open).toThrow(`${path} is a FIFO, but a journal`);
  });

  it("says why another file cannot be opened, whatever its kind is", () => {
    const { open, path } = withFifo();
    failToOpen(path, "EACCES");
    expect(open).toThrow("cannot be opened: EACCES: a reason; check");
  });

  it("rejects a file of a kind that no other system has", () => {
    const { open, path } = withFifo();
    replaceCalls({
      fstatSync: (descriptor: number, options?: object) => {
        const stats = real.fstatSync(descriptor, options);
        return stats.isFIFO() ? Object.assign(stats, { isFIFO: () => false }) : stats;
      },
    });
    expect(open).toThrow(`${path} is a file of an unknown kind, but a journal`);
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
