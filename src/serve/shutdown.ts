import type { Clock } from "../domain/ports/clock.js";
import type { Log } from "../domain/ports/log.js";
import { shutdownFinished, shutdownStarted, shutdownTooSlow } from "./log-events.js";
import type { RunningServer } from "./server.js";
import { LONGEST_SHUTDOWN } from "./stop-times.js";

interface ShutdownDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Ends the process, whatever is pending. */
  readonly giveUp: () => void;
}

/** Stops a server. Resolves once it has handed over; gives up after `LONGEST_SHUTDOWN`. @param signal that asked for it */
export async function shutDown(
  server: Pick<RunningServer, "stop">,
  signal: string,
  { clock, log, giveUp }: ShutdownDeps,
): Promise<void> {
  const begun = clock.now();
  log.event(shutdownStarted({ signal }));
  const cancel = clock.schedule(LONGEST_SHUTDOWN, () => {
    log.event(shutdownTooSlow({ limit: LONGEST_SHUTDOWN }));
    giveUp();
  });
  try {
    await server.stop();
  } finally {
    cancel();
  }
  log.event(shutdownFinished({ duration: Math.round(clock.now() - begun) }));
}
