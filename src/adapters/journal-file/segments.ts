import { join } from "node:path";
import type { FileSystem } from "./file-system.js";
import { SegmentFile } from "./segment-file.js";

const NAME = /^(\d{8,15})\.journal$/;

/** One file of a journal; a later one has a larger number. Numbers may have gaps. */
export interface Segment {
  readonly number: number;
  readonly path: string;
}

/** The segments in a folder, the oldest first; other files are ignored. */
export function listSegments(files: FileSystem, folder: string): Segment[] {
  return files
    .list(folder)
    .map((name) => ({ number: Number(NAME.exec(name)?.[1]), path: join(folder, name) }))
    .filter(({ number }) => !Number.isNaN(number))
    .sort((one, other) => one.number - other.number);
}

/**
 * Creates an empty segment that survives a power cut.
 * @throws the operating system's error
 */
export function createSegment(files: FileSystem, folder: string, number: number): SegmentFile {
  const file = new SegmentFile(files.open(pathOf(folder, number), "create"));
  try {
    files.syncDirectory(folder);
  } catch (error) {
    file.close();
    throw error;
  }
  return file;
}

/**
 * Removes a segment. Every segment starts with its life, so the others remain readable without it.
 * @throws the operating system's error
 */
export function removeSegment(files: FileSystem, folder: string, number: number): void {
  files.remove(pathOf(folder, number));
}

/** The path of the segment with that number. */
export function pathOf(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(8, "0")}.journal`);
}
