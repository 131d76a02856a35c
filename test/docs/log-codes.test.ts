import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { LOG_LEVELS } from "../../src/domain/log/levels.js";
import type { LogEventKind } from "../../src/domain/log/log-event.js";

/** A kind of event, as its definition has it. */
interface Kind {
  readonly code: string;
  readonly level: string;
  /** Types of the fields, by name. */
  readonly fields: ReadonlyMap<string, string>;
}

/** A call that defines a kind of event. */
const DEFINITION = /\blogEvent\(\s*"/g;

const definingFiles = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => resolve("src", name))
  .map((path) => ({ path, definitions: [...readFileSync(path, "utf8").matchAll(DEFINITION)].length }))
  .filter(({ definitions }) => definitions > 0);

/** All kinds that the source exports, with the names of their fields from their types. */
async function kinds(): Promise<Kind[]> {
  const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ".");
  const program = ts.createProgram(
    definingFiles.map(({ path }) => path),
    options,
  );
  const checker = program.getTypeChecker();
  const found: Kind[] = [];
  for (const { path } of definingFiles) {
    const exported: Record<string, unknown> = await import(path);
    const module = checker.getSymbolAtLocation(program.getSourceFile(path) as ts.SourceFile) as ts.Symbol;
    for (const symbol of checker.getExportsOfModule(module)) {
      const { code, level } = (exported[symbol.name] ?? {}) as Partial<LogEventKind<never>>;
      if (code === undefined || level === undefined) continue;
      const [signature] = checker.getTypeOfSymbol(symbol).getCallSignatures();
      const [parameter] = (signature as ts.Signature).getParameters();
      const fields = new Map<string, string>();
      for (const field of checker.getTypeOfSymbol(parameter as ts.Symbol).getProperties())
        fields.set(field.name, checker.typeToString(checker.getNonNullableType(checker.getTypeOfSymbol(field))));
      found.push({ code, level, fields });
    }
  }
  return found;
}

/** The rows of the tables in docs/operations.md. */
const rows = readFileSync("docs/operations.md", "utf8")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter(([, code = "", level = ""]) => /^`[a-z-]+`$/.test(code) && (LOG_LEVELS as readonly string[]).includes(level))
  .map(([, code = "", level, fields = "", means]) => ({
    code: code.slice(1, -1),
    level,
    fields: [...fields.matchAll(/`(\w+)`/g)].map(([, name]) => name as string),
    means,
  }));

/** All kinds, found once: the compiler takes a few seconds. */
const all = await kinds();

it("docs/operations.md lists each code of a log event with its level, its fields and its meaning", () => {
  expect(all).toHaveLength(definingFiles.reduce((sum, { definitions }) => sum + definitions, 0));
  const byCode = new Map<string, { level: string; fields: Set<string> }>();
  for (const { code, level, fields } of all) {
    const known = byCode.get(code) ?? { level, fields: new Set() };
    expect({ code, level }).toEqual({ code, level: known.level });
    byCode.set(code, { level, fields: new Set([...known.fields, ...fields.keys()]) });
  }
  const written = rows.map(({ code, level, fields }) => [
    code,
    level,
    fields.filter((name) => name !== "omitted").sort(),
  ]);
  const defined = [...byCode].map(([code, { level, fields }]) => [code, level, [...fields].sort()]);
  expect(written.toSorted()).toEqual(defined.toSorted());
  for (const { code, means } of rows)
    expect({ code, means }).toEqual({ code, means: expect.stringMatching(/\w.*\.$/) });
});

it("a field has the same type in all events, so that stores of logs can index it", () => {
  const types = new Map<string, string>();
  for (const { code, fields } of all)
    for (const [name, type] of fields) {
      // A union of words is a text.
      const kind = type.startsWith('"') ? "string" : type;
      expect({ code, name, kind }).toEqual({ code, name, kind: types.get(name) ?? kind });
      types.set(name, kind);
    }
  expect(types.get("member")).toBe("string");
});
