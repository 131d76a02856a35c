import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { matched, pastedRuns } from "../../docs/pasted-runs.js";
import { runCli } from "../workbench/support/run-cli.js";
import { EXTENSIONS, ready } from "./support/example-nodes.js";

const runs = pastedRuns(readFileSync(new URL("../../docs/first-node.md", import.meta.url), "utf8"));
/** The words do not depend on the length of a run, but a killed node needs time to lose something. */
const BRIEF = ["--time-limit", "6", "--quiescence", "3"];

describe.skipIf(!ready("py"))("the commands of docs/first-node.md", () => {
  it("are there", () => expect(runs.length).toBe(10));

  it.each(runs.map(({ args, lines }) => [args.join(" "), args, lines] as const))(
    "print the words that stand there: %s",
    async (_, args, lines) => {
      const { stdout } = await runCli(...args, ...BRIEF);
      expect(matched(lines, stdout)).toHaveLength(lines.length);
    },
  );
});

describe.each(EXTENSIONS.filter(ready))("the last program in .%s", (extension) => {
  it("meets challenge 3e in full", async () => {
    const { code, stdout } = await runCli("bench", "--challenge", "3e", "--bin", `examples/nodes/3e.${extension}`);
    expect(stdout).toContain("PASSED: challenge 3e is met.");
    expect(code).toBe(0);
  });

  it("meets the limits of 3d with the program before it", async () => {
    const program = `examples/nodes/3d.${extension}`;
    const { stdout } = await runCli("bench", "--challenge", "3d", "--bin", program, ...BRIEF);
    expect(stdout).toContain("PASSED: challenge 3d is met.");
  });
});
