import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const project = new URL("../..", import.meta.url).pathname;

/** The words of a line in one order: TypeScript lists the parts of a union in an order that depends on other code. */
const regardlessOfOrder = (line: string) =>
  line
    .split(/[\s|\\]+/)
    .sort()
    .join(" ");

/** Every page in a folder, by its path inside. */
function pages(folder: string): Record<string, string[]> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".md"));
  return Object.fromEntries(
    files.sort().map((path) => [path, readFileSync(join(folder, path), "utf8").split("\n").map(regardlessOfOrder)]),
  );
}

it("docs/api is generated from the present docstrings (otherwise: npm run docs:api)", () => {
  const fresh = mkdtempSync(join(tmpdir(), "tidecast-api-"));
  try {
    const typedoc = join(project, "node_modules", ".bin", "typedoc");
    const { status, stdout, stderr } = spawnSync(typedoc, ["--out", fresh], { cwd: project, encoding: "utf8" });
    expect(status, stdout + stderr).toBe(0);
    expect(pages(join(project, "docs", "api"))).toEqual(pages(fresh));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
});
