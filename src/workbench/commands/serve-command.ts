import { type Command, Option } from "commander";
import { version } from "../../../package.json";
import type { runServe } from "../../serve/run.js";
import { CONFIG_VARIABLE, flagOf, SERVE_FIELDS, type ServeField, variableOf } from "../../serve/settings/fields.js";

const NOTES = `
Each setting has three spellings: cluster.join in the config file is --cluster-join here and TIDECAST_CLUSTER_JOIN in the environment.
A flag counts more than a variable, and a variable more than the config file. The token has no flag: other users could read it.

Exit codes:
  0  SIGTERM or SIGINT has ended the server, and everything was handed over
  1  the server could not start, or could not hand over in time
  2  a setting is invalid`;

const EXAMPLES = `
Examples:
  tidecast serve
  tidecast serve --id b --cluster-listen 127.0.0.1:7001 --cluster-join 127.0.0.1:7000 --http-listen 127.0.0.1:8081
  tidecast serve --config tidecast.yaml --print-config`;

/** `tidecast serve`: a member of a cluster with HTTP for clients in any language. */
export function addServeCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command("serve")
    .summary("run a member with HTTP, for clients in any language")
    .description(
      "Runs a member of a cluster that clients in any language use over HTTP. docs/serve.md describes the routes.",
    )
    .option("--config <file>", `YAML or JSON with the settings (variable: ${CONFIG_VARIABLE})`)
    .option("--print-config", "print the settings from all sources, without secrets, and exit");
  for (const field of SERVE_FIELDS) if (!field.isSecret) command.addOption(optionFor(field));
  command
    .addHelpText("after", NOTES)
    .addHelpText("after", EXAMPLES)
    .action(async (options: Record<string, string | true>) => {
      const { config, printConfig, ...flags } = options;
      // Only this command needs the framework, which takes a while to load.
      const serve = (await import(new URL("./serve.js", import.meta.url).href)) as {
        readonly runServe: typeof runServe;
      };
      setExitCode(
        await serve.runServe({
          flags,
          environment: process.env,
          ...(typeof config === "string" && { configFile: config }),
          printsConfig: printConfig === true,
          version,
        }),
      );
    });
}

function optionFor(field: ServeField): Option {
  const value = field.kind === "switch" ? "" : ` <${field.placeholder}>`;
  const option = new Option(
    `${flagOf(field)}${value}`,
    `${field.effect} (default: ${field.default}; variable: ${variableOf(field)})`,
  );
  // The attribute is the path, independent of the flag.
  option.attributeName = () => field.path;
  if (field.kind === "list")
    option.argParser((text, before: string | undefined) => (before === undefined ? text : `${before},${text}`));
  return option;
}
