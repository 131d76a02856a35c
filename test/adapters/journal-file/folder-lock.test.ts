import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { JournalUnavailable } from "../../../src/domain/ports/journal.js";
import { journalsIn } from "./support.js";

const onLinux = it.runIf(process.platform === "linux");

/** A folder whose lock says that. */
function lockedBy(owner: string) {
  const all = journalsIn();
  mkdirSync(all.folder);
  const lock = join(all.folder, "lock");
  writeFileSync(lock, owner);
  return { ...all, lock };
}

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
