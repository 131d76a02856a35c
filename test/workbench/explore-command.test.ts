import { describe, expect, it } from "vitest";
import { runHere } from "./support/run-here.js";

const explore = (...args: string[]) => runHere("explore", ...args);

describe("tidecast explore", () => {
  it("prints a row for each way to give values to members, and ends with code 0 if every promise was kept", async () => {
    const { code, stdout, stderr } = await explore("--preset", "eager", "--fault", "none", "--values", "1");
    expect(stderr).toBe("");
    expect(stdout).toMatch(/│ no fault +│ n0 +│ +\d+ │ none +│/);
    expect(stdout).toMatch(/│ no fault +│ n1 +│ +\d+ │ none +│/);
    expect(stdout).toMatch(
      /^eager: every promise kept in \d+ distinct states;.* 2 of 2 searches have visited every state$/m,
    );
    expect(code).toBe(0);
  });

  it("visits no more states than allowed for each preset", async () => {
    const { stdout } = await explore("--preset", "default,eager", "--fault", "loss,crash", "--states", "80");
    expect(stdout).toMatch(/^default: every promise kept in 80 distinct states;.* 0 of 8 searches/m);
    expect(stdout).toMatch(/^eager: every promise kept in 80 distinct states;.* 0 of 8 searches/m);
  });

  it("ends with code 1, the run in order, and the command that finds it again", async () => {
    const { code, stderr } = await explore("--preset", "eager", "--fault", "loss", "--break", "no-repairs");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^FAILED: lost \(every acknowledged value reaches every live node within the bound\)\n {2}n\d lacks \d/,
    );
    expect(stderr).toMatch(/^ +is lost: n\d -> n\d gossip/m);
    const [, command = ""] = /^ {2}replay: {3}npx tidecast (.*)$/m.exec(stderr) ?? [];
    const again = await runHere(...command.split(" "));
    expect(again).toMatchObject({ code: 1, stderr });
  });

  it("names the presets that there are", async () => {
    const { code, stderr } = await explore("--preset", "egaer");
    expect(code).toBe(2);
    expect(stderr).toContain("It must be one of default, frugal, eager, proposal.");
  });
});
