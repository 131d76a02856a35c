import { version } from "../../../package.json";
import { parseNodeCommand } from "../../adapters/command-line/node-command.js";
import type { Settings } from "../../application/settings/settings.js";
import { UsageError } from "./exit-codes.js";

/**
 * The settings that the project's own node takes from its arguments.
 * @throws {UsageError} if it would refuse them, or show its help instead
 */
export function nodeSettings(args: readonly string[]): Settings {
  const command = parseNodeCommand(args, "");
  if (command.kind === "run") return command.settings;
  const why = command.kind === "refuse" ? command.text : "they ask for help, not for a node";
  throw new UsageError(`node arguments: ${why}`);
}

/** The help or the version of the project's own node, if its arguments ask for that; otherwise undefined. */
export function nodeHelp(args: readonly string[]): string | undefined {
  const command = parseNodeCommand(args, version);
  return command.kind === "show" ? command.text : undefined;
}
