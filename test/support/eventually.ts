import { vi } from "vitest";

/** Waits, in real time, until the check holds: however slow the machine, for up to half a minute. */
export function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, 30_000);
}
