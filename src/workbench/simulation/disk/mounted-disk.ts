import type { FakeClock } from "../../../adapters/fake-clock/fake-clock.js";
import type { DirectoryLock, Done, FileSystem, OpenFile } from "../../../adapters/journal-file/file-system.js";
import { JournalUnavailable } from "../../../domain/ports/journal.js";
import type { Random } from "../../../domain/ports/random.js";
import { between } from "../chance.js";
import type { DiskTrouble } from "./disk-fault.js";
import { SimulatedDirectory, type SimulatedEntry } from "./simulated-directory.js";
import { SimulatedFile, type Stretch } from "./simulated-file.js";

/** The disk itself. */
interface Disk {
  readonly root: SimulatedDirectory;
  has(trouble: DiskTrouble): boolean;
  nextIdentity(): number;
  /** Reserves space for a file to grow. @returns the number of bytes granted */
  claim(bytes: number): number;
  /** Called after bytes were written to a file. */
  written(file: SimulatedFile, stretch: Stretch): void;
  /** Called before a sync of a file. */
  beforeSync(file: SimulatedFile): void;
}

interface MountedDiskDeps {
  readonly clock: FakeClock;
  readonly random: Random;
  readonly tally: (what: string, count: number) => void;
  readonly whenRunning: (task: () => void) => void;
}

const MESSAGES = {
  EEXIST: "file already exists",
  EIO: "i/o error",
  EISDIR: "illegal operation on a directory",
  ENOENT: "no such file or directory",
  ENOSPC: "no space left on device",
  ENOTDIR: "not a directory",
  EROFS: "read-only file system",
} as const;

/** Share of the operations that fail while the disk fails some. */
const FAILURES = 0.4;
/** Share of the reads and writes that handle only a part of the bytes. */
const PARTIAL = 0.05;
/** Share of the writes after which the system writes some pages to the medium on its own. */
const BACKGROUND = 0.1;
/** Duration of a write and of a sync, at most, in ms; and while the disk is slow. */
const WRITE_TIME = 1;
const SYNC_TIME = 6;
const SLOW_TIME = 2_000;

/** A simulated disk as one process sees it. */
export class MountedDisk implements FileSystem {
  private isMounted = true;
  private readonly locked = new Set<string>();

  constructor(
    private readonly disk: Disk,
    private readonly deps: MountedDiskDeps,
  ) {}

  unmount(): void {
    this.isMounted = false;
  }

  makeDirectory(path: string): void {
    let directory = this.disk.root;
    for (const name of partsOf(path)) {
      let entry = directory.entries.get(name);
      if (entry === undefined) {
        this.requireChanges("mkdir");
        entry = new SimulatedDirectory(this.disk.nextIdentity());
        directory.entries.set(name, entry);
      }
      if (!(entry instanceof SimulatedDirectory)) throw this.error("EEXIST", "mkdir");
      directory = entry;
    }
  }

  isDirectory(path: string): boolean {
    return this.find(path) instanceof SimulatedDirectory;
  }

  list(path: string): string[] {
    return [...this.directory(path).entries.keys()];
  }

  syncDirectory(path: string): void {
    const directory = this.directory(path);
    this.mayFail("sync-errors", "fsync");
    directory.sync();
  }

  open(path: string, access: "read" | "write" | "create"): OpenFile {
    if (access === "create") return new MountedFile(this.create(path), this);
    const entry = this.find(path);
    if (!(entry instanceof SimulatedFile)) throw this.error("EISDIR", "open");
    if (access === "write") this.requireChanges("open");
    return new MountedFile(entry, this);
  }

  remove(path: string): void {
    const parts = partsOf(path);
    const parent = this.directory(parts.slice(0, -1).join("/"));
    const name = parts.at(-1) as string;
    if (!parent.entries.has(name)) return;
    this.requireChanges("unlink");
    parent.entries.delete(name);
  }

  identify(path: string): string {
    return String(this.find(path).id);
  }

  requireWritable(path: string): void {
    this.find(path);
    this.requireChanges("access");
  }

  lock(path: string): DirectoryLock {
    if (this.locked.has(path)) throw new JournalUnavailable(`the folder ${path} is in use by this process`);
    this.locked.add(path);
    return { release: () => this.locked.delete(path) };
  }

  /** Runs asynchronous work of a file after its time. */
  later(what: "write" | "sync", work: () => void): void {
    const isSlow = this.disk.has("slow");
    const longest = isSlow ? SLOW_TIME : what === "write" ? WRITE_TIME : SYNC_TIME;
    const time = between(this.deps.random, 1, longest * 1_000) / 1_000;
    if (isSlow) this.deps.tally("slow writes and syncs", 1);
    // The system goes on while the process is paused, but not for one that has ended.
    this.deps.clock.schedule(time, () => {
      if (this.isMounted) work();
    });
  }

  /** Whether asynchronous work takes effect at once, though its end is reported later. */
  isEarly(): boolean {
    return this.deps.random.next() < 0.5;
  }

  /** Tells the process of the end of its work. */
  tell(task: () => void): void {
    this.deps.whenRunning(task);
  }

  /** Reads some of the requested bytes. */
  read(file: SimulatedFile, into: Uint8Array, position: number): number {
    const wanted = Math.min(into.length, Math.max(0, file.size - position));
    const length = this.partOf(wanted, "short reads");
    if (file.isBad({ start: position, end: position + length })) throw this.error("EIO", "read");
    into.set(file.bytes.subarray(position, position + length));
    return length;
  }

  /** Writes some of the bytes. @returns how many */
  write(file: SimulatedFile, bytes: Uint8Array, position: number): number {
    this.mayFail("write-errors", "write");
    this.requireChanges("write");
    const wanted = this.partOf(bytes.length, "short writes");
    const growth = Math.max(0, position + wanted - file.size);
    const length = wanted - growth + this.disk.claim(growth);
    if (length === 0 && bytes.length > 0) throw this.error("ENOSPC", "write");
    file.write(bytes.subarray(0, length), position);
    this.disk.written(file, { start: position, end: position + length });
    if (this.deps.random.next() < BACKGROUND) {
      if (this.disk.has("sync-errors") && this.deps.random.next() < FAILURES) file.loseSome(this.deps.random);
      else file.flushSome(this.deps.random);
    }
    return length;
  }

  sync(file: SimulatedFile): void {
    this.disk.beforeSync(file);
    try {
      this.mayFail("sync-errors", "fdatasync");
    } catch (error) {
      file.failSync(this.deps.random);
      throw error;
    }
    if (!file.sync()) throw this.error("EIO", "fdatasync");
  }

  truncate(file: SimulatedFile, length: number): void {
    this.mayFail("write-errors", "ftruncate");
    this.requireChanges("ftruncate");
    file.truncate(length);
  }

  private create(path: string): SimulatedFile {
    const parts = partsOf(path);
    const parent = this.directory(parts.slice(0, -1).join("/"));
    const name = parts.at(-1) as string;
    if (parent.entries.has(name)) throw this.error("EEXIST", "open");
    this.mayFail("write-errors", "open");
    this.requireChanges("open");
    if (this.disk.has("full") && this.deps.random.next() < FAILURES) throw this.error("ENOSPC", "open");
    const file = new SimulatedFile(this.disk.nextIdentity());
    parent.entries.set(name, file);
    return file;
  }

  private find(path: string): SimulatedEntry {
    let entry: SimulatedEntry | undefined = this.disk.root;
    for (const name of partsOf(path)) {
      if (!(entry instanceof SimulatedDirectory)) throw this.error("ENOTDIR", "stat");
      entry = entry.entries.get(name);
      if (entry === undefined) throw this.error("ENOENT", "stat");
    }
    return entry;
  }

  private directory(path: string): SimulatedDirectory {
    const entry = this.find(path);
    if (!(entry instanceof SimulatedDirectory)) throw this.error("ENOTDIR", "open");
    return entry;
  }

  private partOf(length: number, what: string): number {
    if (length < 2 || this.deps.random.next() >= PARTIAL) return length;
    this.deps.tally(what, 1);
    return between(this.deps.random, 1, length - 1);
  }

  private mayFail(trouble: "write-errors" | "sync-errors", call: string): void {
    if (this.disk.has(trouble) && this.deps.random.next() < FAILURES) throw this.error("EIO", call);
  }

  private requireChanges(call: string): void {
    if (this.disk.has("read-only")) throw this.error("EROFS", call);
  }

  private error(code: keyof typeof MESSAGES, call: string): Error {
    this.deps.tally(`${code} on ${call}`, 1);
    return Object.assign(new Error(`${code}: ${MESSAGES[code]}, ${call}`), { code });
  }
}

/** A file that a process has open. */
class MountedFile implements OpenFile {
  constructor(
    private readonly file: SimulatedFile,
    private readonly disk: MountedDisk,
  ) {}

  size(): number {
    return this.file.size;
  }

  read(into: Uint8Array, position: number): number {
    return this.disk.read(this.file, into, position);
  }

  write(bytes: Uint8Array, position: number, done: (error: Error | undefined, written: number) => void): void {
    this.disk.later("write", () => {
      let written = 0;
      const error = failureOf(() => {
        written = this.disk.write(this.file, bytes, position);
      });
      this.disk.tell(() => done(error, written));
    });
  }

  sync(done: Done): void {
    let error: Error | undefined;
    const work = () => {
      error = failureOf(() => this.disk.sync(this.file));
    };
    // The medium may be reached, or fail, long before the process hears of it.
    const isEarly = this.disk.isEarly();
    if (isEarly) work();
    this.disk.later("sync", () => {
      if (!isEarly) work();
      this.disk.tell(() => done(error));
    });
  }

  writeNow(bytes: Uint8Array, position: number): number {
    return this.disk.write(this.file, bytes, position);
  }

  syncNow(): void {
    this.disk.sync(this.file);
  }

  truncate(length: number): void {
    this.disk.truncate(this.file, length);
  }

  close(): void {}
}

function failureOf(work: () => void): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** Names in a path, whatever separates them. */
function partsOf(path: string): string[] {
  return path.split(/[\\/]/).filter((part) => part !== "" && !part.endsWith(":"));
}
