import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Options } from "tsup";

/** Folders of the packages that were built into a bundle of this process. */
const packages = new Set<string>();

/** Notes the packages that a bundle takes in, so that their notices go with it. */
export const noteLicences: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "note-licences",
  setup: (build) => {
    build.onLoad({ filter: /[/\\]node_modules[/\\]/ }, ({ path }) => {
      const [folder] = /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(path) ?? [];
      if (folder !== undefined) packages.add(folder);
      return undefined;
    });
  },
};

/** Writes the notices of all these packages. @throws {Error} if a package has no licence */
export function writeNotices(file: string): void {
  const notices = [...packages].filter((folder) => existsSync(join(folder, "package.json"))).map(noticeOf);
  const sorted = [...new Set(notices)].sort((one, other) => (one < other ? -1 : 1));
  const head = "The files in this folder contain the following packages. Their notices follow.\n";
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, [head, ...sorted].join(`\n${"-".repeat(80)}\n\n`));
}

function noticeOf(folder: string): string {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (license === undefined) throw new Error(`${name} has no licence in its package.json; look for another package`);
  const texts = readdirSync(folder)
    .filter((entry) => /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(entry) && !/[.](js|ts)$/.test(entry))
    .map((entry) => readFileSync(join(folder, entry), "utf8").trim());
  const by = typeof author === "string" ? author : author?.name;
  const text = texts.length > 0 ? texts.join("\n\n") : `No text of its own.${by === undefined ? "" : ` Author: ${by}`}`;
  return `${name} ${version} (${typeof license === "string" ? license : license.type})\n\n${text}\n`;
}
