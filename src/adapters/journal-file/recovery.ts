import { type JournalRecord, JournalUnavailable } from "../../domain/ports/journal.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { codeOf, reasonOf } from "./directory.js";
import { type Entry, FORMAT, incarnationShown, isGone, isLife } from "./entry.js";
import { readRegular } from "./regular-file.js";
import { SegmentContents } from "./segment-contents.js";
import { type Scan, scanSegment } from "./segment-scan.js";
import { listSegments, type Segment } from "./segments.js";

/** The last segment, as it was found. */
export interface LastSegment extends Segment {
  /** In bytes: where the next line goes, once what lies behind is cut off. */
  readonly end: number;
  readonly lacksLineBreak: boolean;
  /** Can it be appended to? Not if it cannot even be read. */
  readonly isReadable: boolean;
}

/** What the earlier lives of a member left. */
export interface Recovery {
  readonly records: readonly JournalRecord[];
  /** Which segment holds what, and what is not needed any more. */
  readonly contents: SegmentContents;
  /** The largest incarnation that any line tells of; 0 if none does. */
  readonly incarnation: number;
  readonly problems: readonly string[];
  readonly last: LastSegment | undefined;
}

/** More problems than these are only counted. */
const MOST_PROBLEMS = 20;

/**
 * Reads every segment in a folder, and changes nothing.
 * @throws {JournalUnavailable} if it is another member's journal, or of a newer program; otherwise what the system reports
 */
export function recover(folder: string, member: MemberId): Recovery {
  const records: JournalRecord[] = [];
  const problems: string[] = [];
  let incarnation = 0;
  let last: LastSegment | undefined;
  const contents = new SegmentContents();
  const held = new Map<number, readonly JournalRecord[]>();
  const segments = listSegments(folder);
  for (const segment of segments) {
    const bytes = readSegment(segment, problems);
    const scan = scanSegment(bytes ?? Buffer.alloc(0));
    const recordsBefore = records.length;
    for (const entry of scan.entries) {
      incarnation = Math.max(incarnation, incarnationShown(entry, member));
      if (isLife(entry)) requireOurs(entry, segment, member);
      else if (isGone(entry)) contents.forget(entry.gone);
      else records.push(entry);
    }
    held.set(segment.number, records.slice(recordsBefore));
    describe(scan, segment, bytes?.length ?? 0, problems);
    last = { ...segment, end: scan.end, lacksLineBreak: scan.lacksLineBreak, isReadable: bytes !== undefined };
  }
  for (const [number, records] of held) contents.note(number, records);
  return { records, contents, incarnation, problems: shortened(problems), last };
}

/** `undefined` if the medium has lost it. */
function readSegment({ path }: Segment, problems: string[]): Buffer | undefined {
  try {
    return readRegular(path);
  } catch (error) {
    if (codeOf(error) !== "EIO") throw error;
    problems.push(`${path} cannot be read, so what it holds has to come from other members: ${reasonOf(error)}`);
    return undefined;
  }
}

function requireOurs(entry: Extract<Entry, { format: number }>, { path }: Segment, member: MemberId): void {
  if (entry.format > FORMAT)
    throw new JournalUnavailable(
      `${path} was written by a newer version (format ${entry.format}; this one reads ${FORMAT}): run that version, or use another data directory`,
    );
  if (entry.member !== member)
    throw new JournalUnavailable(
      `${path} is the journal of member ${entry.member}, not of ${member}: give each member the folder that it had before`,
    );
}

function describe({ damages, end, lacksLineBreak }: Scan, { path }: Segment, size: number, problems: string[]): void {
  for (const { start, end } of damages)
    problems.push(
      `${path} is damaged at offset ${start} (${bytesOf(end - start)}): skipped; other members may still have what was there`,
    );
  if (lacksLineBreak)
    problems.push(`${path} ends at offset ${end} without a line break: its last record is whole, and kept`);
  else if (end < size)
    problems.push(
      `${path} ends in a record that was not written to its end, at offset ${end} (${bytesOf(size - end)}): dropped`,
    );
}

function bytesOf(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}

function shortened(problems: readonly string[]): readonly string[] {
  if (problems.length <= MOST_PROBLEMS) return problems;
  return [...problems.slice(0, MOST_PROBLEMS), `and ${problems.length - MOST_PROBLEMS} more like these`];
}
