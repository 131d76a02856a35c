import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { BRIEF, runBriefly, runCli } from "./support/run-cli.js";

const folder = mkdtempSync(join(tmpdir(), "tidecast-commands-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);

// These runs wait long in real time.
describe.concurrent("bench", () => {
  it("gives up on a node that never answers init", async () => {
    const ended = await runBriefly("stays-silent.js");
    expect(ended.stdout).toMatch(/FAILED: n0: did not answer init within 10 s: it has printed nothing \(does it flush/);
    expect(ended.code).toBe(1);
  });

  it("suspects no side channel in restarted nodes with journals, and recognises a folder of an earlier run", async () => {
    const faults = ["--nemesis", "kill", "--nemesis-interval", "0.6", "--nemesis-gaps", "even", "--downtime", "0.1"];
    const ended = await runCli("bench", ...BRIEF, ...faults, "--", "--data-dir", file("remembered"));
    expect(ended.stdout).toMatch(/kill +(once|\d times)/);
    expect(ended.stdout).not.toContain("side channel");
    expect(ended.stdout).not.toContain("held files before this run");
    // Not the verdict: on a busy machine half a second of rest may not be enough for the last values.
    expect(ended.stdout).toMatch(/rules broken +│ +0 /);

    const again = await runCli("bench", ...BRIEF, "--", "--data-dir", file("remembered"));
    expect(again.stdout).toMatch(/FAILED: n\d, line \d+: sent a read_ok that shows .*, which no client has broadcast/);
    expect(again.stdout).toContain(
      `${file("remembered")} already held files before this run, perhaps values of an earlier run: use an empty folder`,
    );
    expect(again.code).toBe(1);
  });

  it("kills and pauses nodes, and keeps the timeline in the result, in the history and on the screen", async () => {
    const [json, history, logs] = [file("f.json"), file("f.jsonl"), file("f-logs")];
    const faults = ["--nemesis", "kill,pause", "--nemesis-interval", "0.6", "--nemesis-gaps", "even"];
    const like = ["--victim", "random", "--downtime", "0.2", "--pause-time", "0.1"];
    const outputs = ["--json", json, "--history", history, "--logs", logs];
    const ended = await runBriefly("tells-its-pid.js", ...faults, ...like, ...outputs);

    const result = JSON.parse(readFileSync(json, "utf8"));
    expect(result.violations).toEqual([]);
    const timeline: { fault: string; action: string; detail: string }[] = result.faults;
    for (const [fault, detail] of [
      ["kill", "n\\d is killed"],
      ["pause", "n\\d is paused"],
    ]) {
      const starts = timeline.filter((event) => event.fault === fault && event.action === "start");
      const stops = timeline.filter((event) => event.fault === fault && event.action === "stop");
      expect(starts.length).toBeGreaterThan(0);
      expect(stops).toHaveLength(starts.length);
      for (const event of starts) expect(event.detail).toMatch(new RegExp(`^${detail}$`));
      expect(ended.stdout).toMatch(new RegExp(`${fault} +(once|\\d times), \\d+\\.\\d s in total`));
      expect(ended.stdout).toMatch(new RegExp(`\\d s – +\\d+\\.\\d+ s +${fault} +${detail}`));
    }
    const kept = readFileSync(history, "utf8")
      .split("\n")
      .filter((line) => line.includes('"type":"fault"'));
    expect(kept.map((line) => JSON.parse(line))).toEqual(timeline);
    const nodes = ["n0", "n1", "n2"].map((node) => ({
      kills: timeline.filter(({ detail }) => detail === `${node} is killed`).length,
      lives: readFileSync(join(logs, `${node}.log`), "utf8").match(/pid/g)?.length ?? 0,
    }));
    // The last life may be over, with the run, before a slow machine has let it say anything.
    for (const { kills, lives } of nodes) expect(lives).toBeLessThanOrEqual(1 + kills);
    expect(nodes.some(({ kills, lives }) => kills > 0 && lives > 1)).toBe(true);
  });
});
