import { version } from "../../../package.json";
import { parseNodeCommand } from "../../adapters/command-line/node-command.js";
import type { Settings } from "../../application/settings/settings.js";
import { UsageError } from "./exit-codes.js";

/**
 * Returns the settings of the project's own node for these arguments.
 * @throws {UsageError} if the node rejects the arguments, or would show its help instead of running
 */
export function nodeSettings(args: readonly string[]): Settings {
  const command = parseNodeCommand(args, "");
  if (command.kind === "run") return command.settings;
  const why = command.kind === "refuse" ? command.text : "they ask for help; leave out --help or --version";
  throw new UsageError(`node arguments: ${why}`);
}

/** Returns the help or the version of the project's own node if its arguments ask for that; otherwise `undefined`. */
export function nodeHelp(args: readonly string[]): string | undefined {
  const command = parseNodeCommand(args, version);
  return command.kind === "show" ? command.text : undefined;
}
