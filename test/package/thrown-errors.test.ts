import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const folder = new URL("../../docs/api", import.meta.url).pathname;

/** The first line of each entry under the heading "Throws", with its page. */
function thrown(): readonly string[] {
  const pages = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".md"));
  return pages.flatMap((page) =>
    [...readFileSync(join(folder, page), "utf8").matchAll(/^#+ Throws\n\n(.*)$/gm)].map(
      ([, line]) => `${page}: ${line}`,
    ),
  );
}

it("the API docs name the class of each error that a function throws, and link to it", () => {
  const entries = thrown();
  expect(entries.length).toBeGreaterThan(30);
  expect(entries.filter((entry) => !/: (\[[A-Z]\w+\]\(\S+\)|`Error`) \S/.test(entry))).toEqual([]);
});
