import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { journalsIn } from "./support.js";

const built = mkdtempSync(join(tmpdir(), "tidecast-child-"));

beforeAll(async () => {
  await build({
    config: false,
    entry: { child: join(import.meta.dirname, "appending-child.ts") },
    outDir: built,
    outExtension: () => ({ js: ".mjs" }),
    format: "esm",
    target: "node20",
    silent: true,
  });
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

/** Starts a process that appends; `durable` fills with `incarnation number` of every record reported as durable. */
function startChild(directory: string, ...more: string[]) {
  const child = spawn(process.execPath, [join(built, "child.mjs"), directory, ...more], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const durable: string[] = [];
  const lines = createInterface(child.stdout);
  lines.on("line", (line) => durable.push(line));
  const reach = async (count: number) => {
    while (durable.length < count) await once(lines, "line");
  };
  const end = Promise.all([once(child, "exit"), once(lines, "close")]);
  return { child, durable, reach, end };
}

async function killAt(
  count: number,
  { child, reach, end }: { child: ChildProcess; reach: (count: number) => Promise<void>; end: Promise<unknown> },
) {
  await reach(count);
  child.kill("SIGKILL");
  await end;
}

describe("a process that is killed", () => {
  it.each(["always", "never"] as const)(
    "loses no record that was reported as durable, life after life, with fsync %s",
    async (fsync) => {
      const { open, directory } = journalsIn();
      const durable: string[] = [];
      for (const count of [1, 150, 700]) {
        const life = startChild(directory, fsync);
        await killAt(count, life);
        durable.push(...life.durable);
      }
      const { records, incarnation, journal } = open();
      journal.close();
      const found = new Map(records.map(({ author, number, value }) => [`${author.slice(3)} ${number}`, value]));
      expect(durable.length).toBeGreaterThan(850);
      for (const line of durable) expect(found.get(line)).toBe(`value ${line.split(" ")[1]}`);
      expect(new Set(durable).size).toBe(durable.length);
      expect(incarnation).toBe(4);
    },
  );

  it("holds its folder exactly as long as it runs", async () => {
    const { open, directory } = journalsIn();
    const life = startChild(directory, "never");
    await life.reach(1);
    expect(() => open()).toThrow(`in use by process ${life.child.pid}, which is running`);
    await killAt(1, life);
    open().journal.close();
  });
});

describe("a process that exits without closing", () => {
  it("releases its lock", async () => {
    const { directory, folder } = journalsIn();
    await startChild(directory, "always", "exit").end;
    expect(existsSync(join(folder, "00000001.journal"))).toBe(true);
    expect(existsSync(join(folder, "lock"))).toBe(false);
  });
});
