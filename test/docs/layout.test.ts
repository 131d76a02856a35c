import { readdirSync } from "node:fs";
import { expect, it } from "vitest";

it("the domain is a set of folders, with at most six files beside them", () => {
  const entries = readdirSync("src/domain", { withFileTypes: true });
  expect(entries.filter((entry) => entry.isDirectory()).length).toBeGreaterThanOrEqual(7);
  expect(entries.flatMap(({ name }) => (name.endsWith(".ts") ? [name] : [])).length).toBeLessThanOrEqual(6);
});
