import type { JournalRecord } from "../../domain/ports/journal.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { firstBatch } from "./batch.js";
import { type Entry, entryText, isGone, isLife, lifeTexts } from "./entry.js";
import type { Done, FileSystem } from "./file-system.js";
import { frame, saltOf } from "./line-frame.js";
import type { SegmentContents } from "./segment-contents.js";
import type { SegmentFile } from "./segment-file.js";
import { createSegment, pathOf } from "./segments.js";
import { Whereabouts } from "./whereabouts.js";

interface SegmentWriterDeps {
  readonly files: FileSystem;
  /** Records the contents of segments. */
  readonly contents: SegmentContents;
}

/** Owner, place and options of a journal. */
interface SegmentWriterOptions {
  readonly folder: string;
  readonly member: MemberId;
  readonly incarnation: number;
  /** A segment of this size, in bytes, is followed by another one. */
  readonly segmentBytes: number;
  /** Whether data is brought to the medium itself, or only handed to the operating system. */
  readonly syncs: boolean;
}

/** The last segment, and the used part of it. */
export interface WritableSegment {
  readonly file: SegmentFile;
  readonly number: number;
  /** Position of the next line, in bytes. */
  readonly position: number;
}

/** Appends records to segments; one call of `write` or `sync` at a time, until `done`. */
export class SegmentWriter {
  private file: SegmentFile | undefined;
  private number: number;
  private position: number;
  /** Whether the file, if one is open, contains data that is not yet on the medium. */
  private dirty = false;
  /** Position up to which the file is on the medium, in bytes. */
  private synced: number;
  /** The records after `synced`. */
  private unsynced: Entry[] = [];
  private lost: Entry[] = [];
  private isUnderWay = false;
  private closed = false;
  private readonly folder: Whereabouts;
  /** The path of the file; of the last one if none is open. */
  private segment: Whereabouts;

  /** @throws the operating system's error */
  constructor(
    private readonly deps: SegmentWriterDeps,
    private readonly options: SegmentWriterOptions,
    segment: WritableSegment,
  ) {
    this.file = segment.file;
    this.number = segment.number;
    this.position = segment.position;
    this.synced = segment.position;
    this.folder = new Whereabouts(deps.files, options.folder);
    this.segment = new Whereabouts(deps.files, pathOf(options.folder, segment.number));
  }

  /**
   * Checks that the next life will find the written data.
   * @throws {JournalGone} if it will not; otherwise the operating system's error
   */
  check(): void {
    this.folder.check();
    this.segment.check();
  }

  /** The segment that is written to. */
  get current(): number {
    return this.number;
  }

  /** Writes the records. After a failure the same records must be passed again, and overwrite the failed attempt. */
  write(records: readonly Entry[], done: Done): void {
    this.makeRoom((error) => {
      const { file } = this;
      if (error !== undefined || file === undefined) {
        done(error);
        return;
      }
      const bytes = this.encode(records);
      this.dirty = true;
      file.write(
        bytes,
        this.position,
        this.underWay(file, (failure) => {
          if (failure === undefined) {
            this.position += bytes.length;
            if (this.options.syncs) this.unsynced.push(...records);
            this.deps.contents.note(
              this.number,
              records.filter((record): record is JournalRecord => !isGone(record) && !isLife(record)),
            );
          }
          done(failure);
        }),
      );
    });
  }

  /**
   * Brings written data to the medium. After a failure the system may have forgotten that some of it is not there, so that a
   * further sync would prove nothing: the records must be written again, and `takeLost` returns them.
   */
  sync(done: Done): void {
    const { file } = this;
    if (file === undefined || !this.dirty || !this.options.syncs) {
      done();
      return;
    }
    file.sync(
      this.underWay(file, (error) => {
        if (error === undefined) this.settled();
        else this.abandon(file);
        done(error);
      }),
    );
  }

  /** The records that were written and then lost in a failed sync, once, in their order. */
  takeLost(): readonly Entry[] {
    return this.lost.splice(0);
  }

  /**
   * Like `write` and `sync`, but synchronous, in the current segment. May be called while one of them is in progress: it then
   * writes their records once more in the same place, and their `done` is not called any more.
   * @throws the operating system's error
   */
  finish(records: readonly Entry[]): void {
    this.closed = true;
    if (this.file === undefined && records.length === 0) return;
    const file = this.file ?? this.create();
    try {
      // A sync in progress may fail, and then the one below does not.
      const uncertain = this.isUnderWay ? [...this.unsynced, ...records] : records;
      for (let rest: readonly Entry[] = uncertain; rest.length > 0; ) {
        const batch = firstBatch(rest);
        const bytes = this.encode(batch);
        file.writeNow(bytes, this.position);
        this.position += bytes.length;
        rest = rest.slice(batch.length);
      }
      if ((this.dirty || records.length > 0) && this.options.syncs) file.syncNow();
    } finally {
      if (!this.isUnderWay) file.close();
    }
  }

  /** Makes sure that there is a segment with room. */
  private makeRoom(done: Done): void {
    if (this.file !== undefined && this.position < this.options.segmentBytes) {
      done();
      return;
    }
    this.sync((error) => {
      if (error !== undefined) {
        done(error);
        return;
      }
      try {
        this.check();
        this.leave();
        this.create();
      } catch (failure) {
        done(failure instanceof Error ? failure : new Error(String(failure)));
        return;
      }
      done();
    });
  }

  private create(): SegmentFile {
    const { folder } = this.options;
    const { files } = this.deps;
    // A number is never tried twice: a failed attempt may have left its file behind.
    this.number++;
    this.file = createSegment(files, folder, this.number);
    this.segment = new Whereabouts(files, pathOf(folder, this.number));
    this.position = 0;
    this.synced = 0;
    return this.file;
  }

  private leave(): void {
    this.file?.close();
    this.file = undefined;
  }

  private settled(): void {
    this.dirty = false;
    this.synced = this.position;
    this.unsynced = [];
  }

  /**
   * Cuts off what a failed sync may have lost: the next life would find it in the system's memory and take it for durable. A new
   * segment follows, since this one may lie on a bad part of the medium.
   */
  private abandon(file: SegmentFile): void {
    this.lost = this.unsynced;
    this.unsynced = [];
    try {
      file.truncate(this.synced);
      this.leave();
    } catch {
      // Written again in the same place, the records are unsynced again.
      this.position = this.synced;
    }
  }

  private encode(records: readonly Entry[]): Buffer {
    const { member, incarnation } = this.options;
    const payloads = records.map(entryText);
    const lines = this.position === 0 ? [...lifeTexts(member, incarnation), ...payloads] : payloads;
    return frame(lines, this.position, saltOf(this.number));
  }

  /** The system uses the file until it is done, so `close` may leave the closing to this code. */
  private underWay(file: SegmentFile, done: Done): Done {
    this.isUnderWay = true;
    return (error) => {
      this.isUnderWay = false;
      if (this.closed) file.close();
      else done(error);
    };
  }
}
