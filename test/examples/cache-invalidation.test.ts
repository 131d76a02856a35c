import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it, vi } from "vitest";
import { hasNatsServer, TestNatsServer } from "../support/nats-server.js";

const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

/** A process of the example, with its input and output. */
function start(id: string, folder: string, server: string) {
  const child: ChildProcess = spawn(process.execPath, ["examples/cache-invalidation/main.js", id, folder], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, NATS_SERVER: server },
  });
  cleanUp.push(() => child.kill("SIGKILL"));
  const lines: string[] = [];
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => lines.push(line));
  const says = (expected: string) => vi.waitFor(() => expect(lines).toContain(expected), 30_000);
  const asked = async (line: string): Promise<string> => {
    const before = lines.length;
    child.stdin?.write(`${line}\n`);
    await vi.waitFor(() => expect(lines.length).toBeGreaterThan(before), 30_000);
    return lines[before] as string;
  };
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return { says, asked, end: () => child.stdin?.end(), ended };
}

describe.skipIf(!hasNatsServer)("the example of a cache", () => {
  it("drops an entry in every process when one changes it, and lets processes leave", async () => {
    const server = await TestNatsServer.start();
    cleanUp.push(() => server.kill());
    const folder = mkdtempSync(join(tmpdir(), "tidecast-cache-"));
    cleanUp.push(() => rmSync(folder, { recursive: true }));
    const [a, b, c] = ["a", "b", "c"].map((id) => start(id, folder, server.address)) as [Process, Process, Process];
    await Promise.all([a.says("ready: a"), b.says("ready: b"), c.says("ready: c")]);
    // Written by no process: news of it might drop an entry that is expected to be there.
    writeFileSync(join(folder, "colour"), "red");
    for (const process of [a, b, c]) expect(await process.asked("get colour")).toBe("colour = red (loaded)");
    for (const process of [a, b, c]) expect(await process.asked("get colour")).toBe("colour = red (cached)");
    for (const colour of ["green", "red"]) {
      expect(await b.asked(`set colour ${colour}`)).toBe("colour changed");
      for (const process of [a, b, c])
        await vi.waitFor(
          async () => expect(await process.asked("get colour")).toContain(`colour = ${colour} `),
          30_000,
        );
      for (const process of [a, b, c]) expect(await process.asked("get colour")).toBe(`colour = ${colour} (cached)`);
    }
    a.end();
    expect(await a.ended).toBe(0);
    await b.asked("set colour blue");
    await vi.waitFor(async () => expect(await c.asked("get colour")).toContain("colour = blue "), 30_000);
  });
});

type Process = ReturnType<typeof start>;
