/** Called at the end of the work, with an error if it failed. */
export type Done = (error?: Error) => void;

/**
 * The part of an operating system that the journal stands on. Errors have a `code` as in Node (`ENOSPC`). As on Linux, nothing
 * is durable before a sync: neither the bytes of a file, nor the entry of a file in its directory. After a failed sync the system
 * may have given up the unsynced bytes, and a further sync says nothing about them.
 */
export interface FileSystem {
  /** Creates a directory and its parents, as far as they are missing. @throws the operating system's error */
  makeDirectory(path: string): void;
  /** @throws the operating system's error, if nothing is there */
  isDirectory(path: string): boolean;
  /** The names in a directory. @throws the operating system's error */
  list(path: string): string[];
  /** Makes the creation and removal of entries in a directory durable. @throws the operating system's error */
  syncDirectory(path: string): void;
  /**
   * Opens a regular file, or a link to one.
   * @param access `create`: for reading and writing, and it must not exist yet
   * @throws {JournalUnavailable} for any other kind of file; otherwise the operating system's error
   */
  open(path: string, access: "read" | "write" | "create"): OpenFile;
  /** Removes a file, if it exists. @throws the operating system's error */
  remove(path: string): void;
  /** The identity of a file or directory, which a moved one keeps and a copy does not have. @throws the operating system's error */
  identify(path: string): string;
  /** @throws the operating system's error, if this process may not write there */
  requireWritable(path: string): void;
  /**
   * Gives a directory to this thread until it releases the lock or ends.
   * @throws {JournalUnavailable} if it has another owner; otherwise the operating system's error
   */
  lock(path: string): DirectoryLock;
}

export interface DirectoryLock {
  /** May be called more than once. */
  release(): void;
}

/** An open file. Reads and writes may handle fewer bytes than requested. */
export interface OpenFile {
  /** In bytes. @throws the operating system's error */
  size(): number;
  /**
   * Reads from `position` on, as many bytes as fit.
   * @returns how many; 0 only at the end
   * @throws the operating system's error
   */
  read(into: Uint8Array, position: number): number;
  /** Writes at `position`, and passes the number of written bytes: at least one unless there is an error. */
  write(bytes: Uint8Array, position: number, done: (error: Error | undefined, written: number) => void): void;
  /** Makes all written bytes durable. */
  sync(done: Done): void;
  /** Like `write`, but synchronous. @returns the number of written bytes @throws the operating system's error */
  writeNow(bytes: Uint8Array, position: number): number;
  /** Like `sync`, but synchronous. @throws the operating system's error */
  syncNow(): void;
  /** Cuts the file off at `length` (in bytes). @throws the operating system's error */
  truncate(length: number): void;
  close(): void;
}
