#!/usr/bin/env node
import { createRequire } from "node:module";
import { version } from "../../package.json";
import { FileJournals } from "../adapters/journal-file/file-journals.js";
import { SeededRandom } from "../adapters/seeded-random/seeded-random.js";
import { StderrLog } from "../adapters/stdio/stderr-log.js";
import { StdioTransport } from "../adapters/stdio/stdio-transport.js";
import { nextIncarnation } from "../adapters/system-clock/incarnations.js";
import { SystemClock } from "../adapters/system-clock/system-clock.js";
import { resolveSettings, type Settings } from "../application/settings/settings.js";
import { composeMaelstromNode } from "../composition-root.js";
import type { Clock } from "../domain/ports/clock.js";
import { JournalUnavailable, type OpenJournal } from "../domain/ports/journal.js";
import type { Log } from "../domain/ports/log.js";

const settings = await settingsOf(process.argv.slice(2));
if (settings !== undefined) await run(settings).catch(refuse);

/** The settings to run with; `undefined` if the arguments ask for something else, which is done then. */
async function settingsOf(args: readonly string[]): Promise<Settings | undefined> {
  // Without arguments there is nothing to parse, and the parser is not even loaded.
  if (args.length === 0) return resolveSettings();
  // Commander is a CommonJS module; bundled into this ES module it finds Node's own modules through this.
  Object.assign(globalThis, { require: createRequire(import.meta.url) });
  const { parseNodeCommand } = await import("../adapters/command-line/node-command.js");
  const command = parseNodeCommand(args, version);
  if (command.kind === "run") return command.settings;
  if (command.kind === "show") process.stdout.write(command.text);
  else {
    process.stderr.write(`${command.text}\n`);
    process.exitCode = 2;
  }
  return undefined;
}

/** A data directory that cannot be used is the user's to mend, and told in one line. */
function refuse(error: unknown): void {
  if (!(error instanceof JournalUnavailable)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

/** Where the node writes down its values, if it was told to. */
function journalOf({ dataDir, fsync }: Settings, clock: Clock, log: Log): OpenJournal | undefined {
  return dataDir === "" ? undefined : new FileJournals(dataDir, clock, log, { fsync }).open;
}

/** Runs until the input ends; the process ends by itself once everything is written. */
async function run(settings: Settings): Promise<void> {
  const log = new StderrLog();
  const transport = new StdioTransport(process.stdin, process.stdout, log);
  const clock = new SystemClock();
  const openJournal = journalOf(settings, clock, log);
  const service = composeMaelstromNode(settings, {
    transport,
    clock,
    ...(openJournal && { openJournal }),
    random: new SeededRandom(Math.floor(Math.random() * 2 ** 32)),
    log,
    incarnation: nextIncarnation(),
    identified: (self) => transport.identify(self),
  });
  service.start();
  await transport.ended;
  service.stop();
  await transport.close();
}
