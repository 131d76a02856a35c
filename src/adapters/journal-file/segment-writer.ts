import type { JournalRecord } from "../../domain/ports/journal.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { firstBatch } from "./batch.js";
import { type Entry, entryText, isGone, isLife, lifeTexts } from "./entry.js";
import { frame } from "./line-frame.js";
import type { SegmentContents } from "./segment-contents.js";
import type { Done, OpenSegmentFile, SegmentFile } from "./segment-file.js";
import { createSegment, pathOf } from "./segments.js";
import { Whereabouts } from "./whereabouts.js";

/** Owner, place and options of a journal. */
export interface SegmentWriterOptions {
  readonly folder: string;
  readonly member: MemberId;
  readonly incarnation: number;
  /** A segment of this size, in bytes, is followed by another one. */
  readonly segmentBytes: number;
  /** Whether data is brought to the medium itself, or only handed to the operating system. */
  readonly syncs: boolean;
  readonly openFile: OpenSegmentFile;
  /** Records the contents of segments. */
  readonly contents: SegmentContents;
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
  /** Whether the file contains data that is not yet on the medium. */
  private dirty = false;
  private isUnderWay = false;
  private closed = false;
  private readonly folder: Whereabouts;
  /** The path of the file; of the last one if none is open. */
  private segment: Whereabouts;

  /** @throws the operating system's error */
  constructor(
    private readonly options: SegmentWriterOptions,
    segment: WritableSegment,
  ) {
    this.file = segment.file;
    this.number = segment.number;
    this.position = segment.position;
    this.folder = new Whereabouts(options.folder);
    this.segment = new Whereabouts(pathOf(options.folder, segment.number));
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
            this.options.contents.note(
              this.number,
              records.filter((record): record is JournalRecord => !isGone(record) && !isLife(record)),
            );
          }
          done(failure);
        }),
      );
    });
  }

  /** Brings written data to the medium. After a failure the end of this segment is uncertain, so a new segment follows. */
  sync(done: Done): void {
    const { file } = this;
    if (file === undefined || !this.dirty || !this.options.syncs) {
      done();
      return;
    }
    file.sync(
      this.underWay(file, (error) => {
        if (error === undefined) this.dirty = false;
        else this.leave();
        done(error);
      }),
    );
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
      for (let rest = records; rest.length > 0; ) {
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
    const { folder, openFile } = this.options;
    // A number is never tried twice: a failed attempt may have left its file behind.
    this.number++;
    this.file = createSegment(folder, this.number, openFile);
    this.segment = new Whereabouts(pathOf(folder, this.number));
    this.position = 0;
    return this.file;
  }

  private leave(): void {
    this.file?.close();
    this.file = undefined;
    this.dirty = false;
  }

  private encode(records: readonly Entry[]): Buffer {
    const { member, incarnation } = this.options;
    const payloads = records.map(entryText);
    return frame(this.position === 0 ? [...lifeTexts(member, incarnation), ...payloads] : payloads, this.position);
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
