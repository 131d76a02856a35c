import {
  type BigIntStats,
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { JournalUnavailable } from "../../domain/ports/journal.js";
import { isRunning, type ProcessIdentity, thisProcess } from "./process-identity.js";
import { readRegular } from "./regular-file.js";
import { codeOf } from "./system-error.js";

const LOCK = "lock";
/** Each round takes the lock, is refused, or removes a stale lock; only a crowd of starting processes needs many. */
const MOST_ROUNDS = 20;

/** The owner of a folder: a process, and its descriptor of the open lock file. */
interface Owner extends ProcessIdentity {
  /** Absent if an earlier version took the lock. */
  readonly descriptor?: number;
}

/** Locks of this thread, released when it exits. */
const held = new Set<FolderLock>();
const releaseAll = (): void => {
  for (const lock of held) lock.release();
};

/**
 * Gives a folder to a single owner: a file names the owner's process. A killed owner leaves the file behind, and it is then
 * recognised as stale. A terminated worker thread leaves it behind as well, in a process that continues: its owner keeps
 * the file open, and Node closes the files of a thread that ends. Works among processes that see each other (one machine,
 * one container), not across machines.
 */
export class FolderLock {
  private readonly path: string;
  /** The content of the file. */
  private owner = "";
  /** The file, open as long as the lock is held. */
  private descriptor = -1;

  private constructor(private readonly folder: string) {
    this.path = join(folder, LOCK);
  }

  /** @throws {JournalUnavailable} if a running process or thread holds the folder; otherwise the operating system's error */
  static acquire(folder: string): FolderLock {
    const lock = new FolderLock(folder);
    lock.take();
    if (held.size === 0) process.once("exit", releaseAll);
    held.add(lock);
    return lock;
  }

  /** May be called more than once. */
  release(): void {
    if (!held.delete(this)) return;
    if (held.size === 0) process.off("exit", releaseAll);
    // If a user removed the file by hand, another process may hold the folder now.
    try {
      if (readOwner(this.path) === this.owner) rmSync(this.path);
    } catch {
      // The folder is no longer usable. The next owner sees that the file is not open, and takes over.
    } finally {
      closeSync(this.descriptor);
    }
  }

  private take(): void {
    // Linked rather than created in place, so that the file always contains its owner's name.
    const draft = this.nameAside("new");
    rmSync(draft, { force: true });
    this.descriptor = openSync(draft, "wx");
    try {
      this.owner = format({ ...thisProcess(), descriptor: this.descriptor });
      writeSync(this.descriptor, this.owner);
      for (let round = 0; round < MOST_ROUNDS; round++) {
        if (isLinked(draft, this.path)) return;
        this.removeStale();
      }
      throw new JournalUnavailable(
        `the folder ${this.folder} cannot be locked, because other processes keep starting in it; stop them, or give this node another data directory`,
      );
    } catch (error) {
      closeSync(this.descriptor);
      throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }

  private removeStale(): void {
    const owner = readOwner(this.path);
    if (owner === undefined) return;
    refuseIfHeld(owner, this.path, this.folder);
    // Moved away rather than removed: since the check another process may have taken over the lock.
    const aside = this.nameAside("old");
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
      refuseIfHeld(moved, aside, this.folder);
    } finally {
      rmSync(aside, { force: true });
    }
  }

  /** A unique file name beside the lock, on this machine. */
  private nameAside(ending: string): string {
    return join(this.folder, `${LOCK}.${process.pid}.${threadId}.${ending}`);
  }
}

/** @param path of the lock's file */
function refuseIfHeld(text: string, path: string, folder: string): void {
  const owner = parse(text);
  if (owner === undefined || !isRunning(owner) || isAbandoned(owner, path)) return;
  const who = owner.id === process.pid ? "this process" : `process ${owner.id}, which is running`;
  throw new JournalUnavailable(
    `the folder ${folder} is in use by ${who}; stop that process, or give this node another data directory`,
  );
}

/** Whether the owner's process continues without the thread that took the lock. False if the system does not tell. */
function isAbandoned({ id, descriptor }: Owner, path: string): boolean {
  if (descriptor === undefined) return false;
  const open = fileOpenIn(id, descriptor);
  if (open === undefined) return false;
  const lock = statSync(path, { bigint: true, throwIfNoEntry: false });
  return lock !== undefined && (open === "closed" || open.dev !== lock.dev || open.ino !== lock.ino);
}

/** The file that a process has open under that descriptor; `undefined` if unknown: for other processes only Linux tells, and only the same user. */
function fileOpenIn(id: number, descriptor: number): BigIntStats | "closed" | undefined {
  const isOwn = id === process.pid;
  const files = `/proc/${id}/fd`;
  try {
    return isOwn ? fstatSync(descriptor, { bigint: true }) : statSync(join(files, `${descriptor}`), { bigint: true });
  } catch (error) {
    if (isOwn) return codeOf(error) === "EBADF" ? "closed" : undefined;
    return codeOf(error) === "ENOENT" && existsSync(files) ? "closed" : undefined;
  }
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
    return readRegular(path).toString();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function format({ id, started, descriptor }: Owner): string {
  return `${id} ${started} ${descriptor}\n`;
}

/** `undefined` for a file that a power cut has left empty: its writer is gone. */
function parse(text: string): Owner | undefined {
  const match = /^(\d+) (\S*)(?: (\d+))?\n$/.exec(text);
  if (match === null) return undefined;
  const [, id, started = "", descriptor] = match;
  return { id: Number(id), started, ...(descriptor !== undefined && { descriptor: Number(descriptor) }) };
}
