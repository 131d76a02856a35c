import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { type FileJournalOptions, FileJournals } from "../../../src/adapters/journal-file/file-journals.js";
import type { Done, FileSystem, OpenFile } from "../../../src/adapters/journal-file/file-system.js";
import { nodeFileSystem } from "../../../src/adapters/journal-file/node-file-system.js";
import type { Journal, JournalRecord } from "../../../src/domain/ports/journal.js";
import { RecordingLog } from "../../application/recording-ports.js";

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "tidecast-journal-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Journals in a directory (by default one of their own), on a clock that the test moves. */
export function journalsIn(options: FileJournalOptions = {}, directory = temporaryDirectory()) {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const journals = new FileJournals({ clock, log }, directory, options);
  const folder = join(directory, "n0");
  return { clock, log, journals, directory, folder, open: (incarnation = 1) => journals.open("n0", incarnation) };
}

/** Journals in a directory of their own, in which the folder of n0 has a lock with this content. */
export function lockedBy(owner: string) {
  const all = journalsIn();
  mkdirSync(all.folder);
  const lock = join(all.folder, "lock");
  writeFileSync(lock, owner);
  return { ...all, lock };
}

/** Records 1, 2, …, `count` of an author, their values equal to their numbers. */
export function recordsOf(author: string, count: number): JournalRecord[] {
  return Array.from({ length: count }, (_, index) => ({ author, number: index + 1, value: index + 1 }));
}

export function appendAll(journal: Journal, records: readonly JournalRecord[]): void {
  for (const record of records) journal.append(record);
}

/** Resolves once everything appended is durable, on the real disk. */
export function durable(journal: Journal, clock: FakeClock): Promise<void> {
  return new Promise((resolve) => {
    journal.sync(resolve);
    clock.advance(10);
  });
}

type Work = "write" | "sync";

/** A disk whose work ends when the test says so, well or badly; everything else goes to real files. */
export class ControlledDisk {
  readonly started: Work[] = [];
  private readonly pending: { work: Work; finish: Done; run: () => void }[] = [];
  /** Error of synchronous work. */
  failure: Error | undefined;

  readonly files: FileSystem = {
    ...nodeFileSystem,
    open: (path, access) => {
      if (access === "read") return nodeFileSystem.open(path, access);
      if (this.failure !== undefined) throw this.failure;
      return this.controlled(nodeFileSystem.open(path, access));
    },
  };

  private controlled(file: OpenFile): OpenFile {
    return {
      size: () => file.size(),
      read: (into, position) => file.read(into, position),
      write: (bytes, position, done) => {
        let written = 0;
        this.start(
          "write",
          (error) => done(error, written),
          () => {
            written = file.writeNow(bytes, position);
          },
        );
      },
      sync: (done) => this.start("sync", done, () => {}),
      writeNow: (bytes, position) => {
        if (this.failure !== undefined) throw this.failure;
        return file.writeNow(bytes, position);
      },
      syncNow: () => file.syncNow(),
      truncate: (length) => {
        if (this.failure !== undefined) throw this.failure;
        file.truncate(length);
      },
      close: () => file.close(),
    };
  }

  /** Ends the work in progress, and its immediate consequences, until nothing is in progress. */
  finish(): void {
    while (this.pending.length > 0) this.finishOne();
  }

  finishOne(failure?: Error): void {
    const next = this.pending.shift();
    if (next === undefined) throw new Error("nothing is under way");
    if (failure === undefined) next.run();
    next.finish(failure);
  }

  get isIdle(): boolean {
    return this.pending.length === 0;
  }

  private start(work: Work, finish: Done, run: () => void): void {
    this.started.push(work);
    this.pending.push({ work, finish, run });
  }
}

/** An open journal on a disk whose work ends when the test says so. */
export function onControlledDisk(options: FileJournalOptions = {}) {
  const disk = new ControlledDisk();
  const all = journalsIn({ ...options, files: { ...disk.files, ...options.files, open: disk.files.open } });
  const { journal } = all.open();
  const order: string[] = [];
  return { ...all, disk, journal, order, note: (text: string) => () => order.push(text) };
}

/** The same with one record of `n0@1` in each segment: the first one is durable, and the sync of the second one has begun. */
export function onFullSegment() {
  const [first, second] = recordsOf("n0@1", 2) as [JournalRecord, JournalRecord];
  const all = onControlledDisk({ segmentBytes: 1 });
  const { journal, clock, disk, note } = all;
  journal.append(first);
  clock.advance(10);
  disk.finish();
  journal.append(second);
  journal.sync(note("second"));
  clock.advance(10);
  return all;
}

export const diskFull = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
