#!/usr/bin/env node
import { createRequire } from "node:module";
import { version } from "../../package.json";
import { unsupportedSystem } from "../adapters/command-line/system.js";
import { resolveSettings, type Settings } from "../application/settings/settings.js";
import { composeStdioNode } from "../composition-root.js";
import { JournalUnavailable } from "../domain/ports/journal.js";

const settings = await settingsOf(process.argv.slice(2));
if (settings !== undefined) await run(settings).catch(refuse);

/** The settings to run with; `undefined` if the node does not run: the arguments asked for something else, which is done, or were refused. */
async function settingsOf(args: readonly string[]): Promise<Settings | undefined> {
  const problem = unsupportedSystem(process);
  if (problem !== undefined) return complain(problem);
  // Without arguments there is nothing to parse, and the parser is not loaded.
  if (args.length === 0) return resolveSettings();
  // Commander is a CommonJS module; bundled into this ES module it finds Node's own modules through this.
  Object.assign(globalThis, { require: createRequire(import.meta.url) });
  const { parseNodeCommand } = await import("../adapters/command-line/node-command.js");
  const command = parseNodeCommand(args, version);
  if (command.kind === "run") return command.settings;
  if (command.kind === "show") process.stdout.write(command.text);
  else complain(command.text);
  return undefined;
}

/** Reports a mistake of the user in one line. */
function complain(text: string): undefined {
  process.stderr.write(`${text}\n`);
  process.exitCode = 2;
}

/** Reports an unusable data directory in one line: the user must fix it. */
function refuse(error: unknown): void {
  if (!(error instanceof JournalUnavailable)) throw error;
  complain(error.message);
}

/** Runs until the input ends; then the process exits once everything is written. */
async function run(settings: Settings): Promise<void> {
  const { service, transport } = composeStdioNode(settings);
  service.start();
  await transport.ended;
  service.stop();
  await transport.close();
}
