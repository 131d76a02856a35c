import { Command, CommanderError, Option } from "commander";
import { describeDefault } from "../../application/settings/fields.js";
import { presets } from "../../application/settings/presets.js";
import { fields, resolveSettings, type Settings, SettingsError } from "../../application/settings/settings.js";

/** What the arguments of the node's command line ask for. */
export type NodeCommand =
  | { readonly kind: "run"; readonly settings: Settings }
  /** Help or the version: a text for stdout, and nothing else to do. */
  | { readonly kind: "show"; readonly text: string }
  /** One line for stderr: which option, what is wrong with it, and what is allowed. */
  | { readonly kind: "refuse"; readonly text: string };

/** Reads the arguments that come after the program's name. Prints nothing and never exits. */
export function parseNodeCommand(args: readonly string[], version: string): NodeCommand {
  let shown = "";
  const command = new Command("node.js")
    .description("A node of a Maelstrom cluster: speaks its protocol on stdin and stdout.")
    .version(version, "--version", "show the version")
    .helpOption("--help", "show this help")
    .allowExcessArguments(false)
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => (shown += text), writeErr: () => {} })
    .addHelpText("after", presetsHelp());
  for (const [name, field] of Object.entries(fields)) {
    const description = `${field.effect} (${field.allowed}; default: ${describeDefault(field)})`;
    // The attribute is the setting's name, whatever the flag is called.
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

/** Commander's message on one line, with what the option would take where it lacks a value. */
function withAllowed(error: CommanderError): string {
  const message = error.message
    .replace(/^error: /, "")
    .replaceAll("\n", " ")
    .replace(/\.$/, "");
  const field = Object.values(fields).find(({ flag }) => message.includes(`'${flag} `));
  return field === undefined ? message : `${message}: it takes ${field.allowed}`;
}

function presetsHelp(): string {
  const lines = Object.entries(presets).map(([name, { description }]) => `  ${name}: ${description}`);
  return ["", "Presets:", ...lines].join("\n");
}
