import { type JournalRecord, JournalUnavailable } from "../../domain/ports/journal.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { type Entry, FORMAT, incarnationShown, isGone, isLife } from "./entry.js";
import type { FileSystem } from "./file-system.js";
import { SegmentContents } from "./segment-contents.js";
import { SegmentFile } from "./segment-file.js";
import { type Scan, scanSegment } from "./segment-scan.js";
import { listSegments, type Segment } from "./segments.js";
import { codeOf, reasonOf } from "./system-error.js";

/** The last segment as found. */
export interface LastSegment extends Segment {
  /** Position of the next line, in bytes, once everything after it is cut off. */
  readonly end: number;
  readonly lacksLineBreak: boolean;
  /** Whether it can be appended to; not if it is unreadable. */
  readonly isReadable: boolean;
  /** Its lines without the damaged ones. */
  readonly sound: readonly Part[];
}

/** Bytes of a file, from `position` on. */
interface Part {
  readonly position: number;
  readonly bytes: Buffer;
}

/** The data of a member's earlier lives. */
export interface Recovery {
  readonly records: readonly JournalRecord[];
  /** The records of each segment, and those that are no longer needed. */
  readonly contents: SegmentContents;
  /** The largest incarnation in any line; 0 if there is none. */
  readonly incarnation: number;
  readonly problems: readonly string[];
  readonly last: LastSegment | undefined;
}

/** Further problems are only counted. */
const MOST_PROBLEMS = 20;

/**
 * Reads every segment in a folder, and changes nothing.
 * @throws {JournalUnavailable} if it is another member's journal, or of a newer program; otherwise the system's error
 */
export function recover(files: FileSystem, folder: string, member: MemberId): Recovery {
  const records: JournalRecord[] = [];
  const problems: string[] = [];
  let incarnation = 0;
  let last: LastSegment | undefined;
  const contents = new SegmentContents();
  const held = new Map<number, readonly JournalRecord[]>();
  const segments = listSegments(files, folder);
  for (const segment of segments) {
    const bytes = readSegment(files, segment, problems);
    const scan = scanSegment(bytes ?? Buffer.alloc(0), segment.number);
    const recordsBefore = records.length;
    for (const entry of scan.entries) {
      incarnation = Math.max(incarnation, incarnationShown(entry, member));
      if (isLife(entry)) requireOurs(entry, segment, member);
      else if (isGone(entry)) contents.forget(entry.gone);
      else records.push(entry);
    }
    held.set(segment.number, records.slice(recordsBefore));
    describe(scan, segment, bytes?.length ?? 0, problems);
    const { end, lacksLineBreak } = scan;
    const sound = bytes === undefined ? [] : soundParts(bytes, scan);
    last = { ...segment, end, lacksLineBreak, isReadable: bytes !== undefined, sound };
  }
  for (const [number, records] of held) contents.note(number, records);
  return { records, contents, incarnation, problems: shortened(problems), last };
}

/** `undefined` if the medium has lost it. */
function readSegment(files: FileSystem, { path }: Segment, problems: string[]): Buffer | undefined {
  try {
    return SegmentFile.contentOf(files, path);
  } catch (error) {
    if (codeOf(error) !== "EIO") throw error;
    problems.push(`${path} cannot be read, so its values must come from other members: ${reasonOf(error)}`);
    return undefined;
  }
}

function soundParts(bytes: Buffer, { damages, end }: Scan): Part[] {
  const starts = [0, ...damages.map((damage) => damage.end)];
  const ends = [...damages.map(({ start }) => start), end];
  return starts
    .map((position, index) => ({ position, bytes: bytes.subarray(position, ends[index]) }))
    .filter((part) => part.bytes.length > 0);
}

function requireOurs(entry: Extract<Entry, { format: number }>, { path }: Segment, member: MemberId): void {
  if (entry.format > FORMAT)
    throw new JournalUnavailable(
      `${path} was written by a newer version (format ${entry.format}; this one reads up to ${FORMAT}); run that version, or use another data directory`,
    );
  if (entry.member !== member)
    throw new JournalUnavailable(
      `${path} is the journal of member ${entry.member}, not of ${member}; give each member its own folder`,
    );
}

function describe({ damages, end, lacksLineBreak }: Scan, { path }: Segment, size: number, problems: string[]): void {
  for (const { start, end } of damages)
    problems.push(
      `${path} is damaged at offset ${start} (${bytesOf(end - start)}); the damaged part is skipped, other members may still have its values`,
    );
  if (lacksLineBreak)
    problems.push(`${path} ends at offset ${end} without a line break; its last record is complete and kept`);
  else if (end < size)
    problems.push(
      `${path} ends with an incomplete record at offset ${end} (${bytesOf(size - end)}); the record is dropped`,
    );
}

function bytesOf(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}

function shortened(problems: readonly string[]): readonly string[] {
  if (problems.length <= MOST_PROBLEMS) return problems;
  return [
    ...problems.slice(0, MOST_PROBLEMS),
    `${problems.length - MOST_PROBLEMS} more such ${problems.length - MOST_PROBLEMS === 1 ? "problem" : "problems"} in this journal`,
  ];
}
