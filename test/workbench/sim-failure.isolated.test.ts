import { describe, expect, it, vi } from "vitest";
import { runHere } from "./support/run-here.js";

/** The node with a built-in fault: n1 ignores all messages of others, in any of its lives. */
vi.mock("../../src/composition/node.js", async (original) => {
  const { composeBroadcastNode } = await original<typeof import("../../src/composition/node.js")>();
  const compose: typeof composeBroadcastNode = (...parts) => {
    const node = composeBroadcastNode(...parts);
    if (parts[2].self === "n1") node.receive = () => {};
    return node;
  };
  return { composeBroadcastNode: compose };
});

/** Clusters that take next to no time. */
const BRIEF = ["--nodes", "3", "--preset", "frugal", "--no-journal", "--faults", "loss"];

describe("tidecast sim, with a faulty node,", () => {
  it("ends with exit code 1, the seed, the promise, and the command to repeat it", async () => {
    const { code, stdout, stderr } = await runHere("sim", "--seed", "7", ...BRIEF);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    const lines = stderr.split("\n");
    expect(lines[0]).toMatch(/^seed 7 FAILED: (lost|disagreement) at \d+\.\d{3} s \(every .* within the bound\)$/);
    expect(lines[1]).toMatch(/^ {2}n\d lacks \d+, which was acknowledged$/);
    expect(lines).toContain(`  replay:   npx tidecast sim --seed 7 ${BRIEF.join(" ")}`);
  });

  it("fails again in the same way with the printed command", async () => {
    const { stderr } = await runHere("sim", "--seeds", "1", "--from", "7", ...BRIEF);
    const [, command = ""] = /^ {2}replay: {3}npx tidecast (.*)$/m.exec(stderr) ?? [];
    const again = await runHere(...command.split(" "));
    expect(again).toEqual({ code: 1, stdout: "", stderr });
  });

  it("runs the smallest scenario alone with the command that it prints, and says where a value is missing", async () => {
    const { stderr } = await runHere("sim", "--seed", "7", ...BRIEF);
    const [, command = ""] = /^ {2}replay: {3}npx tidecast (.* --shrunk)$/m.exec(stderr) ?? [];
    const { code, stdout } = await runHere(...command.split(" "));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^2 nodes, /);
    // The deaf node keeps its name.
    expect(stdout).toMatch(/^n1 lacks (\d+), which was acknowledged\n\1 was given to n\d at .*\nn1 never had it\.\n/m);
    expect(stderr).toContain("  n1 never had it.");
  });

  it("shows the smallest scenario that fails in the same way, and its trace, to the violation", async () => {
    const { stderr } = await runHere("sim", "--seed", "7", ...BRIEF);
    // One to tell, one that is deaf, and one value.
    expect(stderr).toMatch(/^ {2}shrunk in \d+ runs to: 2 nodes,.*\b1 values?\b/m);
    const trace =
      stderr
        .trimEnd()
        .split(/^ {2}its trace.*:\n/m)[1]
        ?.split("\n") ?? [];
    expect(trace.length).toBeGreaterThan(3);
    expect(trace.some((line) => line.includes("gossip"))).toBe(true);
    expect(trace.at(-1)).toMatch(/VIOLATION (lost|disagreement): /);
  });

  it("continues with further seeds, shows three in full, and lists and counts the rest", async () => {
    const { code, stdout, stderr } = await runHere("sim", "--seeds", "5", "--from", "7", ...BRIEF);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^5 seeds from 7: 5 failed · \d+ messages/m);
    expect(stderr.match(/^seed \d+ FAILED/gm)).toEqual([7, 8, 9, 10, 11].map((seed) => `seed ${seed} FAILED`));
    expect(stderr.match(/^ {2}replay: (?!.* --shrunk$)/gm)).toHaveLength(3);
  });
});
