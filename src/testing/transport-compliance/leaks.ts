import type { TransportHarness } from "./harness.js";

/** Number of objects of each kind that keep a process busy. */
export type Resources = ReadonlyMap<string, number>;

/** Counts the process's handles and timers, by kind, and its listeners. */
export function resources(harness: TransportHarness): Resources {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const event of process.eventNames())
    counts.set(`listener of the process for ${String(event)}`, process.listenerCount(event as NodeJS.Signals));
  counts.set("listener on what the transports share", harness.sharedListeners?.() ?? 0);
  return counts;
}

/**
 * The kinds that grew by at least one for every second life; other activity of the process comes and goes.
 * @param lives number of transports opened and closed in between
 */
export function leftBehind(before: Resources, after: Resources, lives: number): string[] {
  const left: string[] = [];
  for (const [kind, count] of after) {
    const more = count - (before.get(kind) ?? 0);
    if (more >= lives / 2) left.push(`${more} × ${kind}`);
  }
  return left;
}
