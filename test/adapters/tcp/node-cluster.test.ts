import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "tsup";
import { expect, it, onTestFinished } from "vitest";
import { freePorts } from "../../support/free-ports.js";

it("refuses the port to the second of two workers of node:cluster, with an error that names the reason", async () => {
  const built = mkdtempSync(join(tmpdir(), "tidecast-cluster-"));
  onTestFinished(() => rmSync(built, { recursive: true, force: true }));
  await build({
    config: false,
    entry: { worker: join(import.meta.dirname, "cluster-worker.ts") },
    outDir: built,
    outExtension: () => ({ js: ".mjs" }),
    format: "esm",
    target: "node20",
    silent: true,
    noExternal: [/./],
  });
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const { stdout } = await promisify(execFile)(process.execPath, [join(built, "worker.mjs"), address]);
  const [first, second] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(first).toBe(`listens on ${address}`);
  expect(second).toEqual({
    code: "TIDECAST_CANNOT_LISTEN",
    message: expect.stringMatching(new RegExp(`^cannot listen on ${address}: .*EADDRINUSE`)),
  });
});
