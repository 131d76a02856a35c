/** A command that a document shows: its arguments, and the lines that are shown of its output. */
export interface PastedRun {
  readonly args: readonly string[];
  readonly lines: readonly string[];
}

export function pastedRuns(text: string): PastedRun[];
export function matched(shown: readonly string[], output: string): string[];
export function refreshed(text: string, run: (args: string[]) => string): string;
