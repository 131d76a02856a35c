/** The troubles of a disk, and what each does. */
export const DISK_TROUBLES = {
  full: "has no space",
  "write-errors": "fails writes (EIO)",
  "sync-errors": "fails syncs (EIO) and forgets what was not synced",
  slow: "takes up to 2 s for each write and sync",
  "read-only": "is read-only",
  flip: "flips a bit",
  misdirected: "writes a page in a wrong place",
  unreadable: "cannot read a page any more",
  deleted: "loses the data directory",
} as const;

export type DiskTrouble = keyof typeof DISK_TROUBLES;

/**
 * A trouble of the disk of one member, in whole ms of the simulation. `flip`, `unreadable` and `deleted` happen at `from`;
 * `misdirected` concerns the first sync in the span. At the end of `deleted` and `read-only` the operator restarts a member that
 * lost its journal, or later if it notices the loss later.
 */
export interface DiskFault {
  readonly kind: "disk";
  readonly node: number;
  readonly trouble: DiskTrouble;
  readonly from: number;
  readonly until: number;
}
