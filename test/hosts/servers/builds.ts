import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build as bundle } from "tsup";

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
 * of JSON alone. In a clone without that history it builds the present source instead, and the builds' names say so.
 * @param folder an empty folder
 */
export async function firstBuilds(project: string, folder: string): Promise<OldBuilds> {
  const commit = firstCommit(project);
  const origin = commit === undefined ? "this version (no history)" : `commit ${commit.slice(0, 7)}`;
  const build = async (name: string, change: (source: string) => void): Promise<Build> => {
    const source = join(folder, name.replaceAll(" ", "-"));
    mkdirSync(source);
    if (commit === undefined)
      for (const part of SOURCE) cpSync(join(project, part), join(source, part), { recursive: true });
    else execFileSync("tar", ["-x", "-C", source], { input: git(project, "archive", commit, ...SOURCE) });
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
    return { name: `${origin}, ${name}`, command: join(source, "dist/cli.js") };
  };
  return {
    compact: await build("compact wire", () => {}),
    json: await build("JSON lines only", (source) => {
      const path = join(source, "src/adapters/tcp/open.ts");
      const text = readFileSync(path, "utf8");
      if (!text.includes(WIRE)) throw new Error(`${origin} does not choose its wire by ${WIRE} in ${path}`);
      writeFileSync(path, text.replace(WIRE, JSON_ONLY));
    }),
  };
}

/** The first commit whose servers exist; `undefined` if this folder is no clone, or one without old commits. */
function firstCommit(project: string): string | undefined {
  try {
    if (git(project, "rev-parse", "--is-shallow-repository").toString().trim() === "true") return undefined;
    const log = git(project, "log", "--diff-filter=A", "--format=%H", "--", "src/entry/serve.ts");
    return log.toString().trim().split("\n").at(-1) || undefined;
  } catch {
    return undefined;
  }
}

/** The output of a git command that only reads. */
function git(project: string, ...args: readonly string[]): Buffer {
  // In a user namespace the files may seem to belong to another user, and git would refuse them.
  return execFileSync("git", ["-c", "safe.directory=*", "-C", project, ...args], { maxBuffer: 2 ** 28 });
}
