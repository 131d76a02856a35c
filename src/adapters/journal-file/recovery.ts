import { journalCutShort, journalDamaged, journalDamagedFurther, journalUnreadable } from "../../domain/log/events.js";
import { type JournalRecord, JournalUnavailable } from "../../domain/ports/journal.js";
import type { LogEvent } from "../../domain/ports/log.js";
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
  /** Its lines without the damaged ones. Parts may be empty. */
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
  readonly problems: readonly LogEvent[];
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
  const problems: LogEvent[] = [];
  let incarnation = 0;
  let last: LastSegment | undefined;
  const contents = new SegmentContents();
  const held = new Map<number, readonly JournalRecord[]>();
  const segments = listSegments(files, folder);
  for (const segment of segments) {
    const bytes = readSegment(files, segment, problems);
    const content = bytes ?? Buffer.alloc(0);
    const scan = scanSegment(content, segment.number);
    const recordsBefore = records.length;
    for (const entry of scan.entries) {
      incarnation = Math.max(incarnation, incarnationShown(entry, member));
      if (isLife(entry)) requireOurs(entry, segment, member);
      else if (isGone(entry)) contents.forget(entry.gone);
      else records.push(entry);
    }
    held.set(segment.number, records.slice(recordsBefore));
    const isLast = segment === segments.at(-1);
    if (bytes !== undefined) problems.push(...describe(scan, segment, bytes.length, isLast));
    const { end, lacksLineBreak } = scan;
    const sound = soundParts(content, scan);
    last = { ...segment, end, lacksLineBreak, isReadable: bytes !== undefined, sound };
  }
  for (const [number, records] of held) contents.note(number, records);
  return { records, contents, incarnation, problems: shortened(problems), last };
}

/** `undefined` if the medium has lost it. */
function readSegment(files: FileSystem, { path }: Segment, problems: LogEvent[]): Buffer | undefined {
  try {
    return SegmentFile.contentOf(files, path);
  } catch (error) {
    if (codeOf(error) !== "EIO") throw error;
    problems.push(journalUnreadable({ file: path, reason: reasonOf(error) }));
    return undefined;
  }
}

function soundParts(bytes: Buffer, { damages, end }: Scan): Part[] {
  const starts = [0, ...damages.map((damage) => damage.end)];
  const ends = [...damages.map(({ start }) => start), end];
  return starts.map((position, index) => ({ position, bytes: bytes.subarray(position, ends[index]) }));
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

/** The problems of a segment. A crash cuts only the last one short: the end of another is damage. */
function describe(
  { damages, end, lacksLineBreak }: Scan,
  { path }: Segment,
  size: number,
  isLast: boolean,
): LogEvent[] {
  const problems = damages.map(({ start, end }) => journalDamaged({ file: path, offset: start, bytes: end - start }));
  const missing = lacksLineBreak ? 0 : size - end;
  if (!lacksLineBreak && missing === 0) return problems;
  const cut = isLast || lacksLineBreak ? journalCutShort : journalDamaged;
  return [...problems, cut({ file: path, offset: end, bytes: missing })];
}

function shortened(problems: readonly LogEvent[]): readonly LogEvent[] {
  if (problems.length <= MOST_PROBLEMS) return problems;
  return [...problems.slice(0, MOST_PROBLEMS), journalDamagedFurther({ more: problems.length - MOST_PROBLEMS })];
}
