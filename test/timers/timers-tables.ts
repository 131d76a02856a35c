import ts from "typescript";

/** The mark above the tables in docs/protocol.md. */
export const TIMERS_MARK = "<!-- begin: timers, written by `npm run docs:timers` -->";

/** Constants by name, as `src/domain/config.ts` exports them: groups, and single numbers. */
export type Constants = Readonly<Record<string, unknown>>;

interface Documentation {
  /** The comment without its tags. */
  readonly text: string;
  readonly unit: string | undefined;
}

/**
 * The constants of a module as Markdown tables, one per group. Words and units are those of the doc comments, values those
 * that the module exports.
 * @throws {Error} if a constant lacks a doc comment or a unit
 */
export function timersTables(source: string, constants: Constants): string {
  const file = ts.createSourceFile("config.ts", source, ts.ScriptTarget.ES2022, true);
  const sections = file.statements.flatMap((statement) =>
    ts.isVariableStatement(statement) ? statement.declarationList.declarations.map(sectionOf) : [],
  );
  return sections.join("\n\n");

  function sectionOf(declaration: ts.VariableDeclaration): string {
    const name = declaration.name.getText();
    const { initializer } = declaration;
    const about = documentationOf(declaration.parent.parent, name);
    if (initializer === undefined || !ts.isObjectLiteralExpression(initializer))
      return `**\`${name}\`**\n\n${table([rowOf(name, about, constants[name])])}`;
    const values = constants[name] as Constants;
    const rows = initializer.properties.map((property) => {
      const key = property.name?.getText() ?? "";
      return rowOf(key, documentationOf(property, `${name}.${key}`), values[key]);
    });
    return `**\`${name}\`**: ${about.text}\n\n${table(rows)}`;
  }
}

function rowOf(name: string, { text, unit }: Documentation, value: unknown): string {
  if (unit === undefined) throw new Error(`the constant ${name} needs a tag @unit in its doc comment`);
  return `| \`${name}\` | ${inWords(value)} | ${unit} | ${text.replaceAll("|", "\\|")} |`;
}

function table(rows: readonly string[]): string {
  return ["| constant | value | unit | meaning |", "|---|---:|---|---|", ...rows].join("\n");
}

function documentationOf(node: ts.Node, name: string): Documentation {
  const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
  if (comment === undefined) throw new Error(`${name} needs a doc comment`);
  const unit = comment.tags?.find(({ tagName }) => tagName.text === "unit");
  return { text: textOf(comment), unit: unit && textOf(unit) };
}

function textOf({ comment }: ts.JSDoc | ts.JSDocTag): string {
  return (ts.getTextOfJSDocComment(comment) ?? "").replaceAll(/\s+/g, " ").trim();
}

function inWords(value: unknown): string {
  if (typeof value === "number") return value.toLocaleString("en-US", { maximumFractionDigits: 3 });
  return Object.entries(value as Constants)
    .map(([name, part]) => `${name} ${inWords(part)}`)
    .join(", ");
}
