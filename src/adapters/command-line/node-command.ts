import { Command, CommanderError, Option } from "commander";
import { presets } from "../../application/settings/presets.js";
import {
  describeDefault,
  fields,
  resolveSettings,
  type SettingName,
  type Settings,
  SettingsError,
} from "../../application/settings/settings.js";

/** The request in the arguments of the node's command line. */
export type NodeCommand =
  | { readonly kind: "run"; readonly settings: Settings }
  /** Help or version: a text for stdout; the node does not run. */
  | { readonly kind: "show"; readonly text: string }
  /** One line for stderr: the option, the problem, and the allowed values. */
  | { readonly kind: "refuse"; readonly text: string };

/** Parses the arguments after the program's name. Prints nothing and never exits. */
export function parseNodeCommand(args: readonly string[], version: string): NodeCommand {
  let shown = "";
  const command = new Command("node.js")
    .description("Runs a node of a Maelstrom cluster: it speaks Maelstrom's protocol on stdin and stdout.")
    .version(version, "--version", "show the version")
    .helpOption("--help", "show this help")
    .allowExcessArguments(false)
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => (shown += text), writeErr: () => {} })
    .addHelpText("after", presetsHelp());
  for (const [name, field] of Object.entries(fields)) {
    const description = `${field.effect} (${field.allowed}; default: ${describeDefault(name as SettingName)})`;
    // The attribute is the setting's name, independent of the flag.
    const option = new Option(`${field.flag} <${field.placeholder}>`, description).argParser(field.parse);
    option.attributeName = () => name;
    command.addOption(option);
  }
  try {
    command.parse(args, { from: "user" });
    return { kind: "run", settings: resolveSettings(command.opts()) };
  } catch (error) {
    if (error instanceof SettingsError) return { kind: "refuse", text: error.message };
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: "show", text: shown };
    return { kind: "refuse", text: `${withAllowed(error)}; --help shows the options` };
  }
}

/** Commander's message on one line, with the allowed values if it does not contain them. */
function withAllowed(error: CommanderError): string {
  const message = error.message
    .replace(/^error: /, "")
    .replaceAll("\n", " ")
    .replace(/\.$/, "");
  const field = Object.values(fields).find(({ flag }) => message.includes(`'${flag} `));
  return field === undefined ? message : `${message}; allowed: ${field.allowed}`;
}

function presetsHelp(): string {
  const lines = Object.entries(presets).map(([name, { description }]) => `  ${name}: ${description}`);
  return ["", "Presets:", ...lines].join("\n");
}
