import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as constants from "../../src/domain/config.js";
import { withSections } from "../../src/workbench/commands/written-sections.js";
import { TIMERS_MARK, timersTables } from "./timers-tables.js";

const pathOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

describe("the tables of constants in docs/protocol.md", () => {
  it("are those of src/domain/config.ts (otherwise: npm run docs:timers)", () => {
    const page = pathOf("docs/protocol.md");
    const tables = timersTables(readFileSync(pathOf("src/domain/config.ts"), "utf8"), constants);
    expect(readFileSync(page, "utf8")).toBe(withSections("docs:timers", page, { [TIMERS_MARK]: tables }));
  });
});

describe("timersTables", () => {
  it("writes a group with its comment, and each constant with its value, its unit and its comment", () => {
    const source = `
      /** Retries (\`Caller\`). */
      export const RETRY = {
        /** Time between | two calls. @unit ms */
        pause: 2 * HALF,
        /** Pauses, doubling. @unit ms */
        pauses: { first: 500, longest: 1_500 },
      };
      /** Half of it. @unit share */
      export const HALF = 1 / 8;`;
    expect(
      timersTables(source, { RETRY: { pause: 60_000, pauses: { first: 500, longest: 1_500 } }, HALF: 1 / 8 }),
    ).toBe(
      `**\`RETRY\`**: Retries (\`Caller\`).

| constant | value | unit | meaning |
|---|---:|---|---|
| \`pause\` | 60,000 | ms | Time between \\| two calls. |
| \`pauses\` | first 500, longest 1,500 | ms | Pauses, doubling. |

**\`HALF\`**

| constant | value | unit | meaning |
|---|---:|---|---|
| \`HALF\` | 0.125 | share | Half of it. |`,
    );
  });

  it.each([
    ["a unit", "/** Bytes. */", "the constant size needs a tag @unit in its doc comment"],
    ["a doc comment", "// Bytes.", "LIMITS.size needs a doc comment"],
  ])("refuses a constant without %s", (_, comment, error) => {
    const source = `/** Limits. */ export const LIMITS = {
      ${comment}
      size: 1,
    };`;
    expect(() => timersTables(source, { LIMITS: { size: 1 } })).toThrow(error);
  });
});
