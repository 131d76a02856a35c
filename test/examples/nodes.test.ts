import { readdirSync, readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runCli } from "../workbench/support/run-cli.js";
import { EXTENSIONS, ready } from "./support/example-nodes.js";

const folder = new URL("../../examples/nodes/", import.meta.url);
const page = readFileSync(new URL("../../docs/first-node.md", import.meta.url), "utf8");
/** Long enough to send lost messages a second time. */
const BRIEF = ["--time-limit", "2", "--quiescence", "3", "--seed", "1"];

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

describe.each(EXTENSIONS.filter(ready))("the example nodes in .%s", (extension) => {
  const run = (challenge: string, program: string, ...options: string[]) =>
    runCli("bench", "--challenge", challenge, "--bin", `examples/nodes/${program}.${extension}`, ...BRIEF, ...options);

  it.concurrent.each([
    ["3a", "3a"],
    ["3b", "3b"],
    ["3c", "3c"],
    ["3c", "3e"],
  ])("meet challenge %s with %s", async (challenge, program) => {
    const { code, stdout } = await run(challenge, program);
    expectNothingWrong(stdout);
    // On a busy machine fewer operations are done than the challenge asks for, and the bench does not judge the run.
    expect([0, 3]).toContain(code);
  });

  it.concurrent("fail 3b if values stay on one node", async () => {
    const { code, stdout } = await run("3b", "3a");
    expect(stdout).toMatch(/FAILED: \d+ values were lost/);
    expect(code).toBe(1);
  });

  it.concurrent("fail under loss if nothing is repeated, and pass otherwise", async () => {
    const loss = ["--nemesis", "loss", "--loss", "0.5", "--nemesis-interval", "100"];
    const [once, again] = await Promise.all([run("3b", "3b", ...loss), run("3b", "3c", ...loss, "--quiescence", "10")]);
    expect(once.stdout).toMatch(/FAILED: .*values? w/);
    expectNothingWrong(again.stdout);
  });
});

function expectNothingWrong(stdout: string): void {
  for (const name of ["lost values", "failed operations", "rules broken"])
    expect(stdout).toMatch(new RegExp(`^│ ${name} +│ +0 │`, "m"));
  expect(stdout).not.toContain("FAILED");
}
