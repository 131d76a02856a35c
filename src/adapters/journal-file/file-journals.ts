import type { Clock } from "../../domain/ports/clock.js";
import { type Journal, JournalUnavailable, type OpenedJournal } from "../../domain/ports/journal.js";
import type { Log, LogEvent } from "../../domain/ports/log.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { makeDirectory } from "./directory.js";
import { FORMAT, lifeTexts } from "./entry.js";
import type { DirectoryLock, FileSystem } from "./file-system.js";
import { GroupCommit } from "./group-commit.js";
import { frame } from "./line-frame.js";
import { memberFolder } from "./member-folder.js";
import { nodeFileSystem } from "./node-file-system.js";
import { Reclaimer } from "./reclaimer.js";
import { type LastSegment, type Recovery, recover } from "./recovery.js";
import { SegmentFile } from "./segment-file.js";
import { SegmentWriter, type WritableSegment } from "./segment-writer.js";
import { createSegment } from "./segments.js";
import { reasonOf } from "./system-error.js";

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
  /** The file system with the data directory; a test may provide one that fails. Default: that of this machine. */
  readonly files?: FileSystem;
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
      files: nodeFileSystem,
      onLost: () => {},
      ...options,
    };
    explain(`the data directory ${dataDirectory} cannot be used`, () => {
      const { files } = this.options;
      makeDirectory(files, dataDirectory);
      if (!files.isDirectory(dataDirectory)) throw new Error("it is not a directory");
    });
  }

  /** Implements the port `OpenJournal`. Reads and writes before it returns: about 0.2 s for 100,000 short values. */
  readonly open = (member: MemberId, proposedIncarnation: number): OpenedJournal => {
    const folder = memberFolder(this.dataDirectory, member);
    const { files } = this.options;
    return explain(`the journal in ${folder} cannot be opened`, () => {
      makeDirectory(files, folder);
      const lock = files.lock(folder);
      let problems: readonly LogEvent[] = [];
      try {
        // The previous process may have ended before it could.
        if (this.options.fsync === "always") files.syncDirectory(folder);
        const recovery = recover(files, folder, member);
        problems = recovery.problems;
        const incarnation = Math.max(proposedIncarnation, recovery.incarnation + 1);
        const journal = this.begin(folder, member, incarnation, recovery, lock);
        const { records, contents, last } = recovery;
        return { journal, records, gone: contents.gone, incarnation, hasLivedBefore: last !== undefined, problems };
      } catch (error) {
        // The next attempt may not find them: it may be this one that cut off an incomplete record.
        for (const problem of problems) this.deps.log.event(problem);
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
    lock: DirectoryLock,
  ): Journal {
    const { fsync, gatherTime, segmentBytes, files, onLost } = this.options;
    const syncs = fsync === "always";
    const segment = this.lastSegment(folder, last);
    try {
      const life = frame(lifeTexts(member, incarnation), segment.position);
      segment.file.writeNow(life, segment.position);
      if (syncs) segment.file.syncNow();
      const writer = new SegmentWriter(
        { files, contents },
        { folder, member, incarnation, segmentBytes, syncs },
        { ...segment, position: segment.position + life.length },
      );
      const commit = new GroupCommit(
        { ...this.deps, writer, onGone: (problem) => onLost(new JournalUnavailable(problem)) },
        { folder, gatherTime, syncs },
      );
      const reclaimer = new Reclaimer({ files, contents, writer, commit, log: this.deps.log }, folder);
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
    const { files, segmentBytes } = this.options;
    if (last?.isReadable) {
      const segment = this.restored(last);
      if (segment.position < segmentBytes) return segment;
      segment.file.close();
    }
    const number = (last?.number ?? 0) + 1;
    return { file: createSegment(files, folder, number), number, position: 0 };
  }

  /**
   * The last segment, as the previous life left it, made durable unless another sync is certain to follow. That life may have ended
   * before its last sync, or after a failed one. Then the system shows bytes that are not on the medium and that it believes to be
   * there, so it has to be given them again.
   */
  private restored({ path, number, end, lacksLineBreak, sound }: LastSegment): WritableSegment {
    const { files, fsync, segmentBytes } = this.options;
    const file = new SegmentFile(files.open(path, "write"));
    const position = lacksLineBreak ? end + 1 : end;
    try {
      if (fsync === "always") for (const part of sound) file.writeNow(part.bytes, part.position);
      if (lacksLineBreak) file.writeNow(Buffer.from("\n"), end);
      file.truncate(position);
      if (fsync === "always" && position >= segmentBytes) file.syncNow();
    } catch (error) {
      file.close();
      throw error;
    }
    return { file, number, position };
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
