import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
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
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { JournalUnavailable } from "../../../src/domain/ports/journal.js";
import { journalsIn, lockedBy, temporaryDirectory } from "./support.js";

const onLinux = it.runIf(process.platform === "linux");

describe("the lock of a folder", () => {
  it("refuses a folder that this process uses, until it is closed", () => {
    const { open } = journalsIn();
    const { journal } = open();
    expect(() => open()).toThrow(JournalUnavailable);
    expect(() => open()).toThrow(/^the folder .*n0 is in use by this process; stop .* another data directory$/);
    journal.close();
    open().journal.close();
  });

  it("refuses a folder that another running process uses, and names the process", () => {
    const { open } = lockedBy(`${process.ppid} \n`);
    expect(() => open()).toThrow(`in use by process ${process.ppid}, which is running; stop that process`);
  });

  it("takes over the lock of a dead process", () => {
    const { pid } = spawnSync("true");
    const { open, lock } = lockedBy(`${pid} \n`);
    const { journal } = open();
    expect(readFileSync(lock, "utf8")).toMatch(new RegExp(`^${process.pid} `));
    journal.close();
    expect(existsSync(lock)).toBe(false);
  });

  onLinux("takes over the lock of a process whose id another one has by now", () => {
    const { open } = lockedBy(`${process.ppid} some-boot/12345\n`);
    open().journal.close();
  });

  onLinux("takes over the lock of a dead process that its parent has not noticed", async () => {
    // The shell becomes `sleep`, which never asks after the child that it inherits; only then the child may die.
    const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"]);
    const [output] = (await once(parent.stdout, "data")) as [Buffer];
    const dead = output.toString().trim();
    const stateOf = (id: string | number | undefined) => readFileSync(`/proc/${id}/stat`, "utf8");
    while (!stateOf(parent.pid).includes("(sleep)")) await setTimeout(5);
    process.kill(Number(dead), "SIGKILL");
    while (!/\) Z /.test(stateOf(dead))) await setTimeout(5);
    const { open } = lockedBy(`${dead} \n`);
    open().journal.close();
    parent.kill();
  });

  it("names the process that holds it, its start, and the open file", () => {
    const { open, folder } = journalsIn();
    const { journal } = open();
    const [, id, descriptor] = /^(\d+) \S* (\d+)\n$/.exec(readFileSync(join(folder, "lock"), "utf8")) ?? [];
    expect(Number(id)).toBe(process.pid);
    expect(Number(descriptor)).toBeGreaterThan(2);
    journal.close();
  });

  it.each([
    `${process.pid} `,
    "1 x 5",
    "x 1 5\n",
    "5\n",
    "1 a b\n",
    "1 a 5 7\n",
    "1 a\n\n",
    `x${process.ppid} \n`,
    `${process.ppid} \nx`,
  ])("takes over a lock file that names no process in full: %j", (owner) => {
    const { open } = lockedBy(owner);
    open().journal.close();
  });

  describe("of this process", () => {
    /** The text in the lock of a thread of this process, with the descriptor of its open lock file. */
    const ownerWith = (descriptor: number | string) => `${process.pid}  ${descriptor}\n`;

    it("is taken over if its thread has ended, and so its file is closed", () => {
      // No process has so many files open.
      const { open, lock } = lockedBy(ownerWith(999_999));
      open().journal.close();
      expect(existsSync(lock)).toBe(false);
    });

    it("is taken over if the number of its file belongs to another one by now", () => {
      const descriptor = openSync(join(temporaryDirectory(), "another"), "w");
      lockedBy(ownerWith(descriptor)).open().journal.close();
      closeSync(descriptor);
    });

    it("is refused if its file is open", () => {
      const { open, lock } = lockedBy("");
      const descriptor = openSync(lock, "r+");
      writeFileSync(descriptor, ownerWith(descriptor));
      expect(() => open()).toThrow("is in use by this process");
      closeSync(descriptor);
      open().journal.close();
    });

    it("of an earlier version, which did not name its file, is refused", () => {
      expect(() => lockedBy(`${process.pid} \n`).open()).toThrow("is in use by this process");
    });
  });

  onLinux("is taken over from another process that runs, if it has closed the lock's file, and only then", () => {
    const open = `${process.ppid}  0\n`;
    const closed = `${process.ppid}  999999\n`;
    // Its standard input is open, and is another file.
    lockedBy(open).open().journal.close();
    lockedBy(closed).open().journal.close();
  });

  onLinux("is refused while another process has the lock's file open", async () => {
    const { open, lock } = lockedBy("");
    const descriptor = openSync(lock, "r+");
    const other = spawn("sleep", ["60"], { stdio: ["ignore", "ignore", "ignore", descriptor] });
    writeFileSync(descriptor, `${other.pid}  3\n`);
    closeSync(descriptor);
    expect(() => open()).toThrow(`in use by process ${other.pid}, which is running`);
    other.kill("SIGKILL");
    await once(other, "exit");
    open().journal.close();
  });

  it("is given up after some attempts if something else keeps coming in its way", () => {
    const { open, folder, lock } = lockedBy("");
    rmSync(lock);
    symlinkSync(join(folder, "nothing"), lock);
    expect(() => open()).toThrow(
      `the folder ${folder} cannot be locked, because other processes keep starting in it; stop them, or give this node another data directory`,
    );
    expect(readdirSync(folder)).toEqual(["lock"]);
    rmSync(lock);
    open().journal.close();
  });

  it("is released when this process ends, and nothing waits for that end once all are released", () => {
    const releases = () => process.listeners("exit").filter(({ name }) => name === "releaseAll");
    // As Node does at the end of a process or thread.
    const end = () => {
      for (const release of releases()) release(0);
    };
    // Files of tests share a process, and earlier ones may have left locks.
    end();
    const [one, other] = [journalsIn(), journalsIn()];
    const journals = [one.open().journal, other.open().journal];
    expect(releases()).toHaveLength(1);
    end();
    expect([one, other].map(({ folder }) => existsSync(join(folder, "lock")))).toEqual([false, false]);
    expect(releases()).toHaveLength(0);
    for (const journal of journals) journal.close();
  });

  it("does not hinder the end if its folder is gone", () => {
    const { open, folder } = journalsIn();
    const { journal } = open();
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "");
    journal.close();
  });

  it.each(["", "rubbish", "\0\0\0\0"])("takes over a lock file that a power cut has left as %j", (owner) => {
    const { open } = lockedBy(owner);
    open().journal.close();
  });

  it("leaves a lock alone that now belongs to another process", () => {
    const { open, folder } = journalsIn();
    const { journal } = open();
    writeFileSync(join(folder, "lock"), "1 someone-else\n");
    journal.close();
    expect(readFileSync(join(folder, "lock"), "utf8")).toBe("1 someone-else\n");
  });

  it("leaves no other files behind", () => {
    const { open, folder } = lockedBy("");
    open().journal.close();
    expect(readdirSync(folder)).toEqual(["00000001.journal"]);
  });
});
