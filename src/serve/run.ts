import { stringify } from "yaml";
import { SystemClock } from "../adapters/system-clock/system-clock.js";
import { serverReady } from "./log-events.js";
import { LogOutput } from "./log-output.js";
import { CannotServe, startServer } from "./server.js";
import { loadSettings, printableSettings, type SettingSources } from "./settings/load.js";
import type { ServeSettings } from "./settings/schema.js";
import { shutDown } from "./shutdown.js";

/** Exit codes of `tidecast serve`. */
const EXIT = { fine: 0, failed: 1, wrongUsage: 2 } as const;

/** What the command line asks for. */
export interface ServeWishes extends SettingSources {
  /** Prints the settings instead of serving. */
  readonly printsConfig: boolean;
  readonly version: string;
}

/** Errors of a start that the user can mend: one line is enough. */
const MENDABLE = new Set(["TIDECAST_INVALID_OPTIONS", "TIDECAST_CANNOT_LISTEN", "TIDECAST_JOURNAL_UNAVAILABLE"]);

/** Serves until SIGTERM or SIGINT; resolves to the exit code. */
export async function runServe(wishes: ServeWishes): Promise<number> {
  let settings: ServeSettings;
  try {
    settings = loadSettings(wishes);
  } catch (error) {
    return refuse(error);
  }
  if (wishes.printsConfig) {
    process.stdout.write(stringify(printableSettings(settings)));
    return EXIT.fine;
  }
  const log = new LogOutput(process.stderr, settings.log);
  const signal = firstSignal();
  const started = startServer(settings, log, wishes.version);
  try {
    const server = await started;
    process.stdout.write(`serving on ${server.url} as ${settings.id}; members connect to ${server.clusterAddress}\n`);
    server.node.on("ready", ({ values }) => log.event(serverReady({ values, size: server.node.members().length })));
    await shutDown(server, await signal, { clock: new SystemClock(), log, giveUp: () => process.exit(EXIT.failed) });
    return EXIT.fine;
  } catch (error) {
    return refuse(error);
  }
}

/** Resolves with the name of the first signal; a second one ends the process at once. */
function firstSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const name of ["SIGTERM", "SIGINT"] as const)
      process.once(name, () => {
        resolve(name);
        process.once(name, () => process.exit(130));
      });
  });
}

function refuse(error: unknown): number {
  const code = (error as { code?: string }).code ?? "";
  if (!MENDABLE.has(code) && !(error instanceof CannotServe)) throw error;
  process.stderr.write(`error: ${(error as Error).message}\n`);
  return code === "TIDECAST_INVALID_OPTIONS" ? EXIT.wrongUsage : EXIT.failed;
}
