import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { journalsIn } from "./support.js";

const built = mkdtempSync(join(tmpdir(), "tidecast-thread-"));
const onLinux = it.runIf(process.platform === "linux");

beforeAll(async () => {
  await build({
    config: false,
    entry: {
      thread: join(import.meta.dirname, "locking-thread.ts"),
      child: join(import.meta.dirname, "appending-child.ts"),
    },
    outDir: built,
    outExtension: () => ({ js: ".mjs" }),
    format: "esm",
    target: "node20",
    silent: true,
  });
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

/** Starts a thread that opens the journal of n0; returns the thread and its report. */
async function startThread(directory: string) {
  const worker = new Worker(join(built, "thread.mjs"), { workerData: directory });
  onTestFinished(async () => {
    await worker.terminate();
  });
  worker.on("error", () => {});
  const [said] = (await once(worker, "message")) as [string];
  return { worker, said };
}

describe("a thread that holds a journal", () => {
  it("protects it from this thread and from another one, as long as it lives", async () => {
    const { open, directory, folder } = journalsIn();
    const first = await startThread(directory);
    expect(first.said).toBe("opened 1");
    const refusal = `the folder ${folder} is in use by this process`;
    expect(() => open()).toThrow(refusal);
    expect((await startThread(directory)).said).toContain(refusal);
    expect(() => open()).toThrow(refusal);
  });

  it.each(["terminate", "exit", "throw"])("releases it when it ends (%s)", async (ending) => {
    const { open, directory, folder } = journalsIn();
    const thread = await startThread(directory);
    const gone = new Promise((resolve) => thread.worker.once("exit", resolve));
    if (ending === "terminate") await thread.worker.terminate();
    else thread.worker.postMessage(ending);
    await gone;
    const { journal, incarnation } = open();
    expect(incarnation).toBe(2);
    expect(() => open()).toThrow("in use by this process");
    journal.close();
    expect(readdirSync(folder)).toEqual(["00000001.journal"]);
  });

  it("releases it on close, although the thread keeps running", async () => {
    const { open, directory } = journalsIn();
    const { worker } = await startThread(directory);
    worker.postMessage("close");
    await once(worker, "message");
    open().journal.close();
  });

  it("does not count as alive if its file handle is reused for something else", async () => {
    const { directory } = journalsIn();
    for (let life = 1; life <= 5; life++) {
      const { worker, said } = await startThread(directory);
      expect(said).toBe(`opened ${life}`);
      await worker.terminate();
    }
  });

  onLinux("leaves it to another process when it is terminated, and not before", async () => {
    const { directory } = journalsIn();
    const { worker } = await startThread(directory);
    const start = () =>
      spawnSync(process.execPath, [join(built, "child.mjs"), directory, "never", "exit"], { encoding: "utf8" });
    const refused = start();
    expect(refused.stdout).toBe("");
    expect(refused.stderr).toContain(`in use by process ${process.pid}, which is running`);
    await worker.terminate();
    expect(start().stdout).toContain("2 100\n");
  });
});
