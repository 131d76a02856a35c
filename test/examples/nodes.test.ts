import { readdirSync, readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";

const folder = new URL("../../examples/nodes/", import.meta.url);
const page = readFileSync(new URL("../../docs/first-node.md", import.meta.url), "utf8");

// The slow tests run them.
describe("the example nodes", () => {
  it("exist once per challenge and language, and are executable", () => {
    const names = readdirSync(folder);
    const challenges = ["3a", "3b", "3c", "3d", "3e"];
    expect(names.sort()).toEqual(challenges.flatMap((name) => ["js", "py"].map((ending) => `${name}.${ending}`)));
    for (const name of names) expect(statSync(new URL(name, folder)).mode & 0o111).toBe(0o111);
  });

  it("have at most forty lines, without blank ones and the heading", () => {
    for (const name of readdirSync(folder)) {
      const lines = readFileSync(new URL(name, folder), "utf8").split("\n").slice(2);
      expect(lines.filter((line) => line.trim() !== "").length).toBeLessThanOrEqual(40);
    }
  });

  it("appear unchanged in docs/first-node.md", () => {
    const blocks = [...page.matchAll(/^```(python|js)\n([\s\S]*?)^```$/gm)];
    expect(blocks.length).toBeGreaterThan(8);
    for (const { 2: code = "", index } of blocks) {
      const named = [...page.slice(0, index).matchAll(/\(\.\.\/examples\/nodes\/([^)]+)\)/g)].at(-1)?.[1] as string;
      expect(readFileSync(new URL(named, folder), "utf8")).toContain(code);
    }
  });
});
