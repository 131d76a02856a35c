import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build as bundle } from "tsup";
import { ToolMissing } from "../tools.js";

/** A build of the command, as servers run it. */
export interface Build {
  /** Such as `this version`. */
  readonly name: string;
  /** Path of its `cli.js`. */
  readonly command: string;
}

/** Builds of an older commit. */
export interface OldBuilds {
  /** As it was: members use the compact wire with each other. */
  readonly compact: Build;
  /** Changed in one line: its members speak lines of JSON with all others. */
  readonly json: Build;
}

/** Parts of the source that a build needs. */
const SOURCE = ["src", "scripts", "package.json", "tsconfig.json"];

/** The line that chooses the form of messages, and what makes a member speak lines of JSON alone. */
const WIRE = 'wire = "compact"';
const JSON_ONLY = 'wire = "json"';

/** The build in `dist`. @param project folder of the project */
export function thisBuild(project: string): Build {
  return { name: "this version", command: join(project, "dist/cli.js") };
}

/**
 * Builds the first commit with `tidecast serve` from the project's history: once as it was, and once with members that speak lines
 * of JSON alone.
 * @param folder an empty folder
 * @throws {ToolMissing} if the history is not there
 */
export async function firstBuilds(project: string, folder: string): Promise<OldBuilds> {
  const commit = firstCommit(project);
  const build = async (name: string, change: (source: string) => void): Promise<Build> => {
    const source = join(folder, name.replaceAll(" ", "-"));
    mkdirSync(source);
    const archive = git(project, "archive", commit, ...SOURCE);
    execFileSync("tar", ["-x", "-C", source], { input: archive });
    symlinkSync(join(project, "node_modules"), join(source, "node_modules"));
    change(source);
    await bundle({
      config: false,
      silent: true,
      entry: { cli: join(source, "src/entry/cli.ts"), serve: join(source, "src/entry/serve.ts") },
      outDir: join(source, "dist"),
      format: "esm",
      target: "node20",
      external: [/^[^./]/],
    });
    return { name: `commit ${commit.slice(0, 7)}, ${name}`, command: join(source, "dist/cli.js") };
  };
  return {
    compact: await build("compact wire", () => {}),
    json: await build("JSON lines only", (source) => {
      const path = join(source, "src/adapters/tcp/open.ts");
      const text = readFileSync(path, "utf8");
      if (!text.includes(WIRE)) throw new Error(`commit ${commit} does not choose its wire by ${WIRE} in ${path}`);
      writeFileSync(path, text.replace(WIRE, JSON_ONLY));
    }),
  };
}

/** The first commit whose servers exist. */
function firstCommit(project: string): string {
  const log = git(project, "log", "--diff-filter=A", "--format=%H", "--", "src/entry/serve.ts");
  const commits = log.toString().trim().split("\n");
  const isShallow = git(project, "rev-parse", "--is-shallow-repository").toString().trim() === "true";
  const first = commits.at(-1);
  if (!first || isShallow)
    throw new ToolMissing(
      "the upgrade starts from an older commit, and this clone has no history; fetch it: git fetch --unshallow",
    );
  return first;
}

/** The output of a git command that only reads. */
function git(project: string, ...args: readonly string[]): Buffer {
  // In a user namespace the files may seem to belong to another user, and git would refuse them.
  return execFileSync("git", ["-c", "safe.directory=*", "-C", project, ...args], { maxBuffer: 2 ** 28 });
}
