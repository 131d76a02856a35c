import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { lockedBy } from "./support.js";
import { failWith, real, replaceCalls, systemError } from "./system-calls.js";

/** The lock of a process that runs, from a version that did not name the open file. */
const heldByParent = `${process.ppid} \n`;

describe("a stale lock", () => {
  it("is taken over although somebody removes it first", () => {
    const { open, lock } = lockedBy("");
    replaceCalls({
      renameSync: (from: string, to: string) => {
        rmSync(from);
        real.renameSync(from, to);
      },
    });
    open().journal.close();
    expect(existsSync(lock)).toBe(false);
  });

  it("is left to another process that takes it over first", () => {
    const { open, lock, folder } = lockedBy("");
    replaceCalls({
      renameSync: (from: string, to: string) => {
        writeFileSync(from, heldByParent);
        real.renameSync(from, to);
      },
    });
    expect(() => open()).toThrow(`in use by process ${process.ppid}, which is running`);
    expect(readFileSync(lock, "utf8")).toBe(heldByParent);
    expect(readdirSync(folder)).toEqual(["lock"]);
  });

  it("is taken over although somebody removes what was moved out of the way", () => {
    const { open } = lockedBy("");
    replaceCalls({
      renameSync: (from: string, to: string) => {
        real.renameSync(from, to);
        rmSync(to);
      },
    });
    open().journal.close();
  });

  it("that cannot be moved is reported with the reason", () => {
    const { open } = lockedBy("");
    replaceCalls({ renameSync: failWith("EACCES") });
    expect(() => open()).toThrow("cannot be opened: EACCES: a reason; check");
  });
});

describe("a lock", () => {
  it("is taken although somebody removes the file that was linked", () => {
    const { open, lock } = lockedBy("");
    replaceCalls({
      linkSync: (path: string, name: string) => {
        real.linkSync(path, name);
        rmSync(path);
      },
    });
    const { journal } = open();
    expect(readFileSync(lock, "utf8")).toMatch(new RegExp(`^${process.pid} `));
    journal.close();
  });

  it("that the file system cannot create is reported with the reason", () => {
    const { open } = lockedBy("");
    replaceCalls({ linkSync: failWith("EPERM") });
    expect(() => open()).toThrow("cannot be opened: EPERM: a reason; check");
  });

  it("is given up after 20 attempts", () => {
    const { open, folder, lock } = lockedBy("");
    rmSync(lock);
    symlinkSync(join(folder, "nothing"), lock);
    let attempts = 0;
    replaceCalls({
      linkSync: (path: string, name: string) => {
        attempts++;
        real.linkSync(path, name);
      },
    });
    expect(() => open()).toThrow("cannot be locked");
    expect(attempts).toBe(20);
  });
});

describe("the lock of a running process", () => {
  const ownerWith = (descriptor: number, id = process.pid) => `${id}  ${descriptor}\n`;

  /** A lock of this process, with the open file. When this process looks at the open file, `look` replaces the look. */
  function heldHere(look: (descriptor: number, lock: string) => unknown) {
    const all = lockedBy("");
    const descriptor = openSync(all.lock, "r+");
    onTestFinished(() => closeSync(descriptor));
    writeFileSync(descriptor, ownerWith(descriptor));
    replaceCalls({
      fstatSync: (file: number, options?: object) =>
        file === descriptor && options !== undefined ? look(file, all.lock) : real.fstatSync(file, options),
    });
    return all;
  }

  it("is refused once more if its owner releases it at that moment", () => {
    const { open } = heldHere((descriptor, lock) => {
      rmSync(lock);
      return real.fstatSync(descriptor, { bigint: true });
    });
    expect(() => open()).toThrow("is in use by this process");
    open().journal.close();
  });

  it("is taken over if its open file only has the same number on another device", () => {
    const { open } = heldHere((descriptor) => {
      const { dev, ino } = real.fstatSync(descriptor, { bigint: true });
      return { dev: dev + 1n, ino };
    });
    open().journal.close();
  });

  it("is refused if the system cannot say which file is open", () => {
    const { open } = heldHere(failWith("EIO"));
    expect(() => open()).toThrow("is in use by this process");
  });

  it("is refused if the system does not show the files of the process", () => {
    const { open } = lockedBy(ownerWith(0, process.ppid));
    replaceCalls({
      statSync: (path: string, options?: object) => {
        if (path.startsWith("/proc/")) throw systemError("EACCES");
        return real.statSync(path, options);
      },
    });
    expect(() => open()).toThrow(`in use by process ${process.ppid}, which is running`);
  });

  describe("on a system that shows no processes", () => {
    function withoutProcesses(): void {
      const isShown = (path: unknown) => !String(path).startsWith("/proc/");
      replaceCalls({
        existsSync: (path: string) => isShown(path) && real.existsSync(path),
        statSync: (path: string, options?: object) => {
          if (!isShown(path)) throw systemError("ENOENT");
          return real.statSync(path, options);
        },
        readFileSync: (path: string | number, encoding?: BufferEncoding) => {
          if (!isShown(path)) throw systemError("ENOENT");
          return real.readFileSync(path, encoding);
        },
      });
    }

    it("is taken over if it is this process, and the file is closed", () => {
      const { open } = lockedBy(ownerWith(999_999));
      withoutProcesses();
      open().journal.close();
    });

    it("is refused if it is another process, whatever file the lock names", () => {
      const { open } = lockedBy(ownerWith(999_999, process.ppid));
      withoutProcesses();
      expect(() => open()).toThrow(`in use by process ${process.ppid}, which is running`);
    });

    it("names this process without its start", () => {
      const { open, lock } = lockedBy("");
      withoutProcesses();
      const { journal } = open();
      expect(readFileSync(lock, "utf8")).toMatch(new RegExp(`^${process.pid}  \\d+\\n$`));
      journal.close();
    });
  });
});
