import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (path: string) => readFileSync(path, "utf8");
const { version } = JSON.parse(read("package.json")) as { version: string };

it("the lockfile has the version of package.json in both places", () => {
  const lockfile = JSON.parse(read("package-lock.json"));
  expect([lockfile.version, lockfile.packages[""].version]).toEqual([version, version]);
});

it("the changelog begins with this version, or with what comes after it", () => {
  const versions = [...read("CHANGELOG.md").matchAll(/^## (.+)$/gm)].map(([, name]) => name as string);
  expect(versions.filter((name) => name !== "Unreleased")[0]).toBe(version);
  expect(new Set(versions).size).toBe(versions.length);
});

it.each(["docs/library.md", "docs/serve.md", "examples/serve/tidecast.service"])(
  "%s names the file that npm pack writes",
  (page) => {
    const names = read(page).match(/tidecast-\d\S*?\.tgz/g) ?? [];
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(name).toBe(`tidecast-${version}.tgz`);
  },
);
