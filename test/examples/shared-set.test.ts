import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it } from "vitest";
import { freePorts } from "../support/free-ports.js";

const program = new URL("../../examples/shared-set/main.js", import.meta.url).pathname;
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill();
});

/** A process of the example, with its output so far. */
function start(id: string, addresses: readonly string[]) {
  const child = spawn(process.execPath, [program, id, ...addresses], { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const lines: string[] = [];
  let look = () => {};
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    look();
  });
  return {
    lines,
    say: (line: string) => child.stdin.write(`${line}\n`),
    until: (isEnough: (lines: readonly string[]) => boolean) =>
      new Promise<void>((resolve) => {
        look = () => isEnough(lines) && resolve();
        look();
      }),
    end: () =>
      new Promise<number | null>((resolve) => {
        child.on("exit", resolve);
        child.stdin.end();
      }),
  };
}

describe("the example of a shared set", () => {
  it("delivers the values of one process to all three, once, and lets each process end", async () => {
    const ports = await freePorts(3);
    const addresses = ["a", "b", "c"].map((id, index) => `${id}=127.0.0.1:${ports[index]}`);
    const members = ["a", "b", "c"].map((id) => start(id, addresses));
    for (const member of members) await member.until((lines) => lines.some((line) => line.startsWith("ready")));
    for (const [index, fruit] of ["apple", "banana", "cherry", "apple"].entries()) {
      const member = members[index % 3] as (typeof members)[number];
      member.say(fruit);
      // The second apple is to meet the first one.
      for (const other of members) await other.until((lines) => lines.some((line) => line.startsWith(`+ ${fruit} `)));
    }
    for (const member of members) {
      member.say("?");
      await member.until((lines) => lines.includes("= apple banana cherry"));
      expect(member.lines.filter((line) => line.startsWith("+")).sort()).toEqual([
        "+ apple (a)",
        "+ banana (b)",
        "+ cherry (c)",
      ]);
    }
    expect(await Promise.all(members.map((member) => member.end()))).toEqual([0, 0, 0]);
  });
});
