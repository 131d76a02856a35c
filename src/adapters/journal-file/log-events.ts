import { logEvent } from "../../domain/log/log-event.js";

export const journalUnwritable = logEvent(
  "journal-unwritable",
  "error",
  ({ folder, reason }: { folder: string; reason: string }) =>
    `the journal in ${folder} cannot be written, so no value is acknowledged or shown until it can be; check its permissions and the free space: ${reason}`,
);

export const journalWritable = logEvent(
  "journal-writable",
  "info",
  ({ folder }: { folder: string }) => `the journal in ${folder} is writable again`,
);

export const journalLost = logEvent(
  "journal-lost",
  "error",
  ({ folder, reason }: { folder: string; reason: string }) =>
    `${describeLoss(folder, reason)}; no further value is acknowledged or shown; restore the folder, or choose another one, and restart this node`,
);

/** The journal in this folder is lost, as text. */
export function describeLoss(folder: string, reason: string): string {
  return `the journal in ${folder} is lost: ${reason}`;
}

export const journalIncomplete = logEvent(
  "journal-incomplete",
  "error",
  ({ folder, reason }: { folder: string; reason: string }) =>
    `the journal in ${folder} could not be completed, so its last records are lost: ${reason}`,
);

export const journalNotFreed = logEvent(
  "journal-not-freed",
  "warn",
  ({ segment, folder, reason }: { segment: number; folder: string; reason: string }) =>
    `segment ${segment} of the journal in ${folder} cannot be removed, so its space is not freed: ${reason}`,
);
