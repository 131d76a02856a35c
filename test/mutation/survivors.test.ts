import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Mutant, Report } from "./report.js";
import { compareSurvivors, lineOf, nameOf, readSurvivorList } from "./survivors.js";

const SOURCE = ["  if (a < b) return a;", "  if (a === b) {", "    stop();", "  }"].join("\n");

const mutant = (start: [number, number], end: [number, number], replacement: string, status = "Survived") =>
  ({
    mutatorName: "Any",
    status,
    replacement,
    location: { start: { line: start[0], column: start[1] }, end: { line: end[0], column: end[1] } },
  }) as Mutant;

const less = mutant([1, 7], [1, 12], "a <= b");
const block = mutant([2, 16], [4, 4], "{}");

const report = (...mutants: Mutant[]): Report => ({
  testFiles: {},
  files: { "src/any.ts": { source: SOURCE, mutants } },
});

describe("the list of surviving mutants", () => {
  it("names a mutant by its line and the change in it, and one that spans lines by its first line", () => {
    expect(nameOf(less, SOURCE)).toBe("if («a < b → a <= b») return a;");
    expect(nameOf(block, SOURCE)).toBe("if (a === b) «{ … → {}»");
    expect(lineOf(nameOf(less, SOURCE))).toBe("if (a < b) return a;");
    expect(lineOf(nameOf(block, SOURCE))).toBe("if (a === b) {");
    expect(lineOf("if (a < b) return a;")).toBeUndefined();
  });

  it("is compared with a report: survivors that it lacks, and mutants in it that did not survive", () => {
    const list = {
      "src/any.ts": [{ reason: "…", mutants: [nameOf(less, SOURCE)] }],
      "src/other.ts": [{ reason: "not in the report", mutants: ["«x → y»"] }],
    };
    const killed = { ...less, status: "Killed" } as Mutant;
    expect(compareSurvivors(report(less), list)).toEqual({ unlisted: [], obsolete: [] });
    expect(compareSurvivors(report(killed, block), list)).toEqual({
      unlisted: ["src/any.ts:2:16 Any: if (a === b) «{ … → {}»"],
      obsolete: ["src/any.ts: if («a < b → a <= b») return a;"],
    });
  });

  it("counts mutants of the same name", () => {
    const list = { "src/any.ts": [{ reason: "…", mutants: [nameOf(less, SOURCE)] }] };
    expect(compareSurvivors(report(less, less), list).unlisted).toHaveLength(1);
  });

  it("has a reason for each mutant, and names only code that exists", () => {
    const gone: string[] = [];
    for (const [file, groups] of Object.entries(readSurvivorList())) {
      const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
      const code = new Set(lines.map((line) => line.trim()));
      for (const { reason, mutants } of groups) {
        expect(reason, `${file}: ${mutants[0]}`).toMatch(/\S.{15,}[.]$/s);
        gone.push(...mutants.filter((name) => !code.has(lineOf(name) ?? "")).map((name) => `${file}: ${name}`));
      }
    }
    const hint =
      "These lines changed. Run `npm run mutate -- FILE`, and list in test/mutation/survivors what survives, or delete the entries.";
    expect(gone, hint).toEqual([]);
  });
});
