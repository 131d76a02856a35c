import type { DotRange } from "../../domain/values/dot.js";
import { FORMAT, incarnationShown, isGone, isLife } from "./entry.js";
import type { FileSystem } from "./file-system.js";
import { nodeFileSystem } from "./node-file-system.js";
import { SegmentFile } from "./segment-file.js";
import { scanSegment } from "./segment-scan.js";
import { listSegments, type Segment } from "./segments.js";
import { codeOf, reasonOf } from "./system-error.js";

/** The contents of a member's journal, and its damages. */
export interface JournalInspection {
  readonly folder: string;
  /** The member, if any line names it. */
  readonly member: string | undefined;
  /** Largest version of the files' format; `undefined` if no line has one. */
  readonly format: number | undefined;
  /** Number of files, and their bytes. */
  readonly segments: number;
  readonly bytes: number;
  /** Number of values that a restart would bring back. */
  readonly values: number;
  /** Number of values that were deleted, and that are remembered. */
  readonly deleted: number;
  /** The latest life of the member; 0 if there is none. */
  readonly incarnation: number;
  /** What is damaged: values may be lost here. One line each, with the file and the place. */
  readonly damages: readonly string[];
  /** What needs no action, such as a record whose write a crash cut short: it was never acknowledged. */
  readonly notes: readonly string[];
}

/** The folders with a journal: the folder itself, or the members' folders inside it. */
export function journalFoldersIn(folder: string, files: FileSystem = nodeFileSystem): string[] {
  if (listSegments(files, folder).length > 0) return [folder];
  return files
    .list(folder)
    .map((name) => `${folder.replace(/\/+$/, "")}/${name}`)
    .filter((path) => files.isDirectory(path) && listSegments(files, path).length > 0)
    .sort();
}

/**
 * Reads a journal and changes nothing. The member may be running.
 * @throws the operating system's error, if the folder cannot be read
 */
export function inspectJournal(folder: string, files: FileSystem = nodeFileSystem): JournalInspection {
  const damages: string[] = [];
  const notes: string[] = [];
  const values = new Set<string>();
  const members = new Set<string>();
  let [bytes, incarnation, format] = [0, 0, 0];
  let forgotten: readonly DotRange[] = [];
  const segments = listSegments(files, folder);
  for (const [index, segment] of segments.entries()) {
    const content = contentOf(files, segment, damages);
    if (content === undefined) continue;
    bytes += content.length;
    const scan = scanSegment(content, segment.number);
    for (const entry of scan.entries) {
      if (isLife(entry)) {
        members.add(entry.member);
        format = Math.max(format, entry.format);
      } else if (isGone(entry)) forgotten = entry.gone;
      else values.add(`${entry.number} ${entry.author}`);
    }
    const [member] = members;
    if (member !== undefined)
      for (const entry of scan.entries) incarnation = Math.max(incarnation, incarnationShown(entry, member));
    for (const { start, end } of scan.damages)
      damages.push(
        `${segment.path} is damaged from byte ${start} to ${end}; other members may still have the values in it`,
      );
    const isLast = index === segments.length - 1;
    if (scan.lacksLineBreak) notes.push(`${segment.path} ends without a line break; its last record is complete`);
    else if (scan.end < content.length) {
      const words = `${segment.path} ends with an incomplete record of ${content.length - scan.end} bytes`;
      // Only the last file can have been cut short by a crash.
      if (isLast) notes.push(`${words}; it was never acknowledged, and the next start drops it`);
      else damages.push(words);
    }
  }
  let deleted = 0;
  for (const [author, first, count] of forgotten) {
    deleted += count;
    for (let number = first; number < first + count; number++) values.delete(`${number} ${author}`);
  }
  if (segments.length > 0 && members.size === 0 && damages.length === 0)
    damages.push(
      `${folder} has no complete record: it is no journal, or it was cut short; a crash at a member's first start leaves this too, before it has any value`,
    );
  if (members.size > 1) damages.push(`${folder} has the journals of several members: ${[...members].join(", ")}`);
  if (format > FORMAT)
    damages.push(`${folder} has the format ${format}, of a newer version; this one reads up to ${FORMAT}`);
  return {
    folder,
    member: [...members][0],
    format: format === 0 ? undefined : format,
    segments: segments.length,
    bytes,
    values: values.size,
    deleted,
    incarnation,
    damages,
    notes,
  };
}

/** `undefined` if the medium cannot be read, or the member has deleted the file meanwhile. */
function contentOf(files: FileSystem, { path }: Segment, damages: string[]): Buffer | undefined {
  try {
    return SegmentFile.contentOf(files, path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    damages.push(`${path} cannot be read: ${reasonOf(error)}`);
    return undefined;
  }
}
