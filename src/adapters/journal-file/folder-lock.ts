import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { JournalUnavailable } from "../../domain/ports/journal.js";
import { codeOf } from "./directory.js";
import { isRunning, type ProcessIdentity, thisProcess } from "./process-identity.js";

const LOCK = "lock";
/** Each round ends with the lock taken, refused, or a stale lock less; only a crowd of starting processes needs many. */
const MOST_ROUNDS = 20;

/** Locks that this process holds, to be released when it exits. */
const held = new Set<FolderLock>();
const releaseAll = (): void => {
  for (const lock of held) lock.release();
};

/**
 * Keeps a folder to one process: a file that names its owner. A killed owner leaves the file behind, which is then
 * recognised as stale. Works among processes that see one another (one machine, one container), not across machines.
 */
export class FolderLock {
  private constructor(
    private readonly path: string,
    private readonly owner: string,
  ) {}

  /** @throws {JournalUnavailable} if a running process holds the folder; otherwise what the operating system reports */
  static acquire(folder: string): FolderLock {
    const lock = new FolderLock(join(folder, LOCK), format(thisProcess()));
    lock.take(folder);
    if (held.size === 0) process.once("exit", releaseAll);
    held.add(lock);
    return lock;
  }

  /** May be called more than once. */
  release(): void {
    if (!held.delete(this)) return;
    if (held.size === 0) process.off("exit", releaseAll);
    // Whoever removed the file by hand may have let another process in.
    if (readOwner(this.path) === this.owner) rmSync(this.path, { force: true });
  }

  private take(folder: string): void {
    // Linked rather than created in place, so that the file is never there without its owner's name in it.
    const draft = join(folder, `${LOCK}.${process.pid}.new`);
    writeFileSync(draft, this.owner);
    try {
      for (let round = 0; round < MOST_ROUNDS; round++) {
        if (isLinked(draft, this.path)) return;
        this.removeStale(folder);
      }
    } finally {
      rmSync(draft, { force: true });
    }
    throw new JournalUnavailable(
      `the folder ${folder} cannot be locked: other processes are starting in it again and again`,
    );
  }

  private removeStale(folder: string): void {
    const owner = readOwner(this.path);
    if (owner === undefined) return;
    refuseIfRunning(owner, folder);
    // Moved away rather than removed: between the look and the move another process may have taken the lock over.
    const aside = join(folder, `${LOCK}.${process.pid}.old`);
    try {
      renameSync(this.path, aside);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return;
      throw error;
    }
    try {
      const moved = readOwner(aside);
      if (moved === owner || moved === undefined) return;
      isLinked(aside, this.path);
      refuseIfRunning(moved, folder);
    } finally {
      rmSync(aside, { force: true });
    }
  }
}

function refuseIfRunning(owner: string, folder: string): void {
  const running = parse(owner);
  if (running === undefined || !isRunning(running)) return;
  const who = running.id === process.pid ? "this very process" : `process ${running.id}, which is running`;
  throw new JournalUnavailable(
    `the folder ${folder} is in use by ${who}: stop that process, or give this node another data directory`,
  );
}

/** Gives a file a second name; false if that name is taken. */
function isLinked(path: string, name: string): boolean {
  try {
    linkSync(path, name);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function readOwner(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function format({ id, started }: ProcessIdentity): string {
  return `${id} ${started}\n`;
}

/** `undefined` for what a power cut has left empty: its writer is gone. */
function parse(owner: string): ProcessIdentity | undefined {
  const match = /^(\d+) (\S*)\n$/.exec(owner);
  return match === null ? undefined : { id: Number(match[1]), started: match[2] as string };
}
