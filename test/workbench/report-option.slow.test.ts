import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { drawScenario } from "../../src/workbench/simulation/draw-scenario.js";
import { simulate } from "../../src/workbench/simulation/simulation.js";
import { runBriefly, runCli } from "./support/run-cli.js";

describe("--report", () => {
  const folder = mkdtempSync(join(tmpdir(), "tidecast-report-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("of bench writes a page into a new folder, and prints the first story of a failed run", async () => {
    const path = join(folder, "new", "run.html");
    const { code, stdout } = await runBriefly("forgets.js", "--report", path);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Value 0 was lost:\n {2}A client sent 0 to n\d at /m);
    expect(stdout).toContain("No message carried it");
    expect(stdout.trimEnd().endsWith(`report: ${path}`)).toBe(true);
    expect(readFileSync(path, "utf8")).toContain("<!doctype html>");
  });

  it("of sim writes the page of the seed", async () => {
    const path = join(folder, "seed.html");
    const { code, stdout } = await runCli("sim", "--seed", "42", "--nodes", "3", "--report", path);
    expect(code).toBe(0);
    expect(stdout).toContain(`report of seed 42: ${path}`);
    expect(readFileSync(path, "utf8")).toContain("seed 42 of the simulation");
  });

  it("of sim writes, if no seed fails, the page of the run whose values took longest after its last fault", async () => {
    const path = join(folder, "slowest.html");
    const few = ["--nodes", "3", "--faults", "partition,loss", "--no-disks"];
    const convergences = [5, 6, 7, 8].map(
      (seed) => simulate(drawScenario(seed, { nodes: 3, faults: ["partition", "loss"] })).convergence,
    );
    const slowest = 5 + convergences.indexOf(Math.max(...convergences));
    const { code, stdout } = await runCli("sim", "--seeds", "4", "--from", "5", ...few, "--report", path);
    expect(code).toBe(0);
    expect(stdout).toContain(`report of seed ${slowest}: ${path}`);
    expect(readFileSync(path, "utf8")).toContain(`seed ${slowest} of the simulation`);
  });

  it("reports an unwritable file before the run", async () => {
    const { code, stdout, stderr } = await runBriefly("flood.js", "--report", folder);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(`error: --report: ${folder} is a folder; give a file\n`);
  });
});
