/** Why the system refuses to start a process or to open a file for reasons that are not the node's, and what to do. */
const FAULTS: { readonly [code: string]: string } = {
  EMFILE:
    "the limit of open files is reached; raise it with ulimit -n to at least 5 for each node and 50 for the bench",
  ENFILE: "the whole system has too many open files; close some programs, or raise fs.file-max",
  EAGAIN: "the limit of processes is reached; raise it with ulimit -u, or run fewer nodes",
  ENOMEM: "there is not enough memory; close some programs, or run fewer nodes",
  ENOSPC: "the disk is full",
};

/** What to say about a system error that is the machine's fault, as a clause; undefined if it is not. */
export function machineFaultOf(error: Error & { readonly code?: string }): string | undefined {
  const fault = error.code === undefined ? undefined : FAULTS[error.code];
  return fault === undefined ? undefined : `${fault} (${error.code})`;
}
