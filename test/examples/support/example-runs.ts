import { expect, it } from "vitest";
import { type Ended, runCli } from "../../workbench/support/run-cli.js";
import type { EXTENSIONS } from "./example-nodes.js";

type Extension = (typeof EXTENSIONS)[number];

/** Long enough to send lost messages a second time. */
const BRIEF = ["--time-limit", "2", "--quiescence", "3", "--seed", "1"];
/** On a machine that is too busy, clients wait for the nodes. */
const SLOW_CLIENTS = /^FAILED: [\d.]+ of [\d.]+ operations\/s were carried: for \d+ % of the time .*$/m;

/** Benches an example node in a short run. */
function benchExample(extension: Extension, challenge: string, program: string, ...options: string[]): Promise<Ended> {
  return runCli(
    "bench",
    "--challenge",
    challenge,
    "--bin",
    `examples/nodes/${program}.${extension}`,
    ...BRIEF,
    ...options,
  );
}

/** What the example nodes in one language do in the bench. */
export function challengeTests(extension: Extension): void {
  const run = (challenge: string, program: string, ...options: string[]) =>
    benchExample(extension, challenge, program, ...options);

  it.concurrent.each([
    ["3a", "3a"],
    ["3b", "3b"],
    ["3c", "3c"],
    ["3c", "3e"],
  ])("meet challenge %s with %s", async (challenge, program) => {
    expectNothingWrong(await run(challenge, program));
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
    expectNothingWrong(again);
  });
}

/** Nothing is wrong with a run, except that the machine may have been too busy for its rate. */
function expectNothingWrong({ code, stdout }: Ended): void {
  for (const name of ["lost values", "failed operations", "rules broken"])
    expect(stdout).toMatch(new RegExp(`^│ ${name} +│ +0 │`, "m"));
  if (SLOW_CLIENTS.test(stdout)) return;
  expect(stdout).not.toContain("FAILED");
  // On a busy machine fewer operations are done than the challenge asks for, and the bench does not judge the run.
  expect([0, 3]).toContain(code);
}
