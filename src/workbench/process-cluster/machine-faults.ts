/** Errors of the system that are not the node's fault when a process or a file cannot be opened, with advice. */
const FAULTS: { readonly [code: string]: string } = {
  EMFILE: "the limit of open files is reached; raise it with ulimit -n to at least 5 per node plus 50 for the bench",
  ENFILE: "the whole system has too many open files; close some programs, or raise fs.file-max",
  EAGAIN: "the limit of processes is reached; raise it with ulimit -u, or run fewer nodes",
  ENOMEM: "there is not enough memory; close some programs, or run fewer nodes",
  ENOSPC: "the disk is full; free some space",
};

/** The clause for a system error that is the machine's fault; `undefined` if it is not. */
export function machineFaultOf(error: Error & { readonly code?: string }): string | undefined {
  const fault = error.code === undefined ? undefined : FAULTS[error.code];
  return fault === undefined ? undefined : `${fault} (${error.code})`;
}
