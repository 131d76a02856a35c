import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { unsupportedSystem } from "../../../src/adapters/command-line/system.js";

const SAYS = "Tidecast supports Linux alone, and this system is darwin; set TIDECAST_ANY_SYSTEM=1 to run it here";

describe("the commands", () => {
  it("run on Linux alone", () => {
    expect(unsupportedSystem({ platform: "linux", env: {} })).toBeUndefined();
    expect(unsupportedSystem({ platform: "darwin", env: {} })).toContain(SAYS);
    expect(unsupportedSystem({ platform: "win32", env: { TIDECAST_ANY_SYSTEM: "0" } })).toContain("is win32");
    expect(unsupportedSystem({ platform: "win32", env: { TIDECAST_ANY_SYSTEM: "1" } })).toBeUndefined();
  });

  it("are not installed by npm elsewhere", () => {
    const { os } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(os).toEqual(["linux"]);
    expect(JSON.parse(readFileSync("package-lock.json", "utf8")).packages[""].os).toEqual(os);
  });

  const onMac = `data:text/javascript,Object.defineProperty(process, "platform", { value: "darwin" })`;

  /** Runs a built program as on macOS. */
  function run(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const command = ["--import", onMac, `dist/${program}`, ...args];
    return spawnSync(process.execPath, command, {
      env: { ...process.env, ...environment },
      input: "",
      encoding: "utf8",
    });
  }

  it.each([
    { program: "cli.js", args: ["serve", "--print-config"], error: `error: ${SAYS}` },
    { program: "node.js", args: [], error: SAYS },
    { program: "node.js", args: ["--preset", "frugal"], error: SAYS },
  ])("end with exit code 2 on macOS, unless the variable is set: $program $args", ({ program, args, error }) => {
    const refused = run(program, args);
    expect([refused.status, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr.trimEnd().split("\n")).toEqual([expect.stringContaining(error)]);
    expect(run(program, args, { TIDECAST_ANY_SYSTEM: "1" })).toMatchObject({ status: 0, stderr: "" });
  });
});
