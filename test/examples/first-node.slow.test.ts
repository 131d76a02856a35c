import { readFileSync } from "node:fs";
import { describe, expect, it, type TestContext } from "vitest";
import { matched, pastedRuns } from "../../docs/pasted-runs.js";
import { runCli } from "../workbench/support/run-cli.js";
import { EXTENSIONS, ready } from "./support/example-nodes.js";

const runs = pastedRuns(readFileSync(new URL("../../docs/first-node.md", import.meta.url), "utf8"));
/** But for its verdict on a changed challenge the bench says the same after a shorter run. */
const BRIEF = ["--time-limit", "6", "--quiescence", "3"];
/** A node is killed for the second time after 10 s, and only then has something to forget. */
const WITH_KILLS = ["--time-limit", "14", "--quiescence", "3"];
const TRIES = 2;

/** The output of the bench. On a busy machine it may not judge a run: then it tries again, and at last the test is skipped. */
async function judged({ skip }: TestContext, ...args: readonly string[]): Promise<string> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { stdout } = await runCli("bench", ...args);
    if (!stdout.includes("\nNOT JUDGED")) return stdout;
  }
  return skip("this machine is too busy for the bench to judge the run");
}

/** A verdict without the additions of a shorter run or a busy machine. */
function alike(line: string): string {
  return line.replace(/ is met, though with .*/, " is met.").replace(/^(FAILED: [^;]*?)(?:\.|;.*)$/, "$1");
}

describe.skipIf(!ready("py"))("the commands of docs/first-node.md", () => {
  it("exist", () => expect(runs.length).toBe(10));

  for (const { args, lines } of runs) {
    // The first challenges take few messages and hardly any time of the processor, so their runs do not disturb each other.
    const test = /^--challenge 3[abc]/.test(args.slice(1).join(" ")) && !args.includes("kill") ? it.concurrent : it;
    test(`print the words that the page shows: ${args.join(" ")}`, async (context) => {
      expect(args[0]).toBe("bench");
      const length = args.includes("kill") ? WITH_KILLS : BRIEF;
      const stdout = await judged(context, ...args.slice(1), ...length);
      expect(matched(lines.map(alike), stdout.split("\n").map(alike).join("\n"))).toHaveLength(lines.length);
    });
  }
});

describe.each([
  { challenge: "3e", length: [], verdict: "PASSED: challenge 3e is met." },
  { challenge: "3d", length: BRIEF, verdict: "PASSED: challenge 3d is met" },
])("challenge $challenge", ({ challenge, length, verdict }) => {
  // The programs send so few messages that two clusters do not disturb each other.
  it.concurrent.for(EXTENSIONS.filter(ready))("is met by the program in .%s", async (extension, context) => {
    const bin = `examples/nodes/${challenge}.${extension}`;
    const stdout = await judged(context, "--challenge", challenge, "--bin", bin, ...length);
    expect(stdout).toContain(verdict);
  });
});
