import { statSync } from "node:fs";
import type { Clock } from "../../domain/ports/clock.js";
import { type Journal, JournalUnavailable, type OpenedJournal } from "../../domain/ports/journal.js";
import type { Log } from "../../domain/ports/log.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { makeDirectory, reasonOf } from "./directory.js";
import { FORMAT, lifeTexts } from "./entry.js";
import { FolderLock } from "./folder-lock.js";
import { GroupCommit } from "./group-commit.js";
import { frame } from "./line-frame.js";
import { memberFolder } from "./member-folder.js";
import { Reclaimer } from "./reclaimer.js";
import { type LastSegment, type Recovery, recover } from "./recovery.js";
import { type OpenSegmentFile, openDiskFile } from "./segment-file.js";
import { SegmentWriter, type WritableSegment } from "./segment-writer.js";
import { createSegment } from "./segments.js";

const MEBIBYTE = 1024 * 1024;

export interface FileJournalOptions {
  /**
   * When a record counts as durable. `always`: it is on the medium (fdatasync) and survives a power cut. `never`: the operating
   * system has it, and it survives any end of this process. Default `always`.
   */
  readonly fsync?: "always" | "never";
  /** Time that a record waits for others to share its write and sync, in ms. Default 10. */
  readonly gatherTime?: number;
  /** A file of this size, in bytes, is followed by another one. Default 16 MiB. */
  readonly segmentBytes?: number;
  /** Opens the files for writing; a test may provide files that fail. */
  readonly openFile?: OpenSegmentFile;
  /**
   * Called once, besides the log, when a journal is lost: its folder was deleted, replaced or made read-only while it was open.
   * From then on no record is reported as durable.
   */
  readonly onLost?: (error: JournalUnavailable) => void;
}

interface FileJournalsDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps the journals of members in a data directory: a folder per member, with append-only files and a lock. */
export class FileJournals {
  private readonly options: Required<FileJournalOptions>;

  /**
   * Creates the data directory if it is missing.
   * @throws {JournalUnavailable} if that fails
   */
  constructor(
    private readonly deps: FileJournalsDeps,
    private readonly dataDirectory: string,
    options: FileJournalOptions = {},
  ) {
    this.options = {
      fsync: "always",
      gatherTime: 10,
      segmentBytes: 16 * MEBIBYTE,
      openFile: openDiskFile,
      onLost: () => {},
      ...options,
    };
    explain(`the data directory ${dataDirectory} cannot be used`, () => {
      makeDirectory(dataDirectory);
      if (!statSync(dataDirectory).isDirectory()) throw new Error("it is not a directory");
    });
  }

  /** Implements the port `OpenJournal`. Reads and writes before it returns: about 0.2 s for 100,000 short values. */
  readonly open = (member: MemberId, proposedIncarnation: number): OpenedJournal => {
    const folder = memberFolder(this.dataDirectory, member);
    return explain(`the journal in ${folder} cannot be opened`, () => {
      makeDirectory(folder);
      const lock = FolderLock.acquire(folder);
      try {
        const recovery = recover(folder, member);
        const incarnation = Math.max(proposedIncarnation, recovery.incarnation + 1);
        const journal = this.begin(folder, member, incarnation, recovery, lock);
        const { records, contents, problems, last } = recovery;
        return { journal, records, gone: contents.gone, incarnation, hasLivedBefore: last !== undefined, problems };
      } catch (error) {
        lock.release();
        throw error;
      }
    });
  };

  /** Starts a life: from here on the folder is modified. */
  private begin(
    folder: string,
    member: MemberId,
    incarnation: number,
    { last, contents }: Recovery,
    lock: FolderLock,
  ): Journal {
    const { fsync, gatherTime, segmentBytes, openFile, onLost } = this.options;
    const syncs = fsync === "always";
    const segment = this.lastSegment(folder, last);
    try {
      const life = frame(lifeTexts(member, incarnation), segment.position);
      segment.file.writeNow(life, segment.position);
      if (syncs) segment.file.syncNow();
      const writer = new SegmentWriter(
        { folder, member, incarnation, segmentBytes, syncs, openFile, contents },
        { ...segment, position: segment.position + life.length },
      );
      const commit = new GroupCommit(
        { ...this.deps, writer, onGone: (problem) => onLost(new JournalUnavailable(problem)) },
        { folder, gatherTime, syncs },
      );
      const reclaimer = new Reclaimer({ contents, writer, commit, log: this.deps.log }, folder);
      return {
        append: (record) => commit.append(record),
        sync: (whenDurable) => commit.sync(whenDurable),
        forget: (dots) => reclaimer.forget(dots),
        renew: (renewed) => {
          // Twice, like the start of any life.
          for (let line = 0; line < 2; line++) commit.append({ format: FORMAT, member, incarnation: renewed });
        },
        close: () => {
          commit.close();
          lock.release();
        },
      };
    } catch (error) {
      segment.file.close();
      throw error;
    }
  }

  /** The segment to continue: the last one if it has room, cut to its last whole line; otherwise a new one. */
  private lastSegment(folder: string, last: LastSegment | undefined): WritableSegment {
    const { openFile, segmentBytes } = this.options;
    if (last === undefined || !last.isReadable || last.end >= segmentBytes) {
      const number = (last?.number ?? 0) + 1;
      return { file: createSegment(folder, number, openFile), number, position: 0 };
    }
    const file = openFile(last.path, false);
    const position = last.lacksLineBreak ? last.end + 1 : last.end;
    try {
      if (last.lacksLineBreak) file.writeNow(Buffer.from("\n"), last.end);
      file.truncate(position);
    } catch (error) {
      file.close();
      throw error;
    }
    return { file, number: last.number, position };
  }
}

/** Adds an explanation to errors of the operating system. @throws {JournalUnavailable} */
function explain<T>(problem: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof JournalUnavailable) throw error;
    throw new JournalUnavailable(`${problem}: ${reasonOf(error)}; check its permissions and the free space`, {
      cause: error,
    });
  }
}
