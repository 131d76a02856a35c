import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NodeProcess } from "./node-process.js";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tidecast-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const start = () => new NodeProcess(["--data-dir", directory]);

async function killed(values: readonly number[]): Promise<void> {
  const node = start();
  await node.join(["n0", "n1"]);
  await Promise.all(values.map((message) => node.request("broadcast", { message })));
  process.kill(node.pid, "SIGKILL");
  expect(await node.ended).toEqual({ code: null, signal: "SIGKILL" });
}

describe("a node with a data directory", () => {
  it("knows every value that it acknowledged after a kill", async () => {
    const values = Array.from({ length: 200 }, (_, index) => index);
    await killed(values);
    await killed([200]);
    const node = start();
    await node.join(["n0", "n1"]);
    expect(new Set((await node.read()) as number[])).toEqual(new Set([...values, 200]));
    expect(await node.end()).toEqual({ code: 0, signal: null });
  });

  it("survives a torn last record, and reports it", async () => {
    await killed([1, 2]);
    const folder = join(directory, "n0");
    const segment = join(folder, readdirSync(folder).filter((name) => name.endsWith(".journal"))[0] as string);
    truncateSync(segment, statSync(segment).size - 3);
    const node = start();
    await node.join(["n0", "n1"]);
    expect(await node.read()).toEqual([1]);
    expect(node.complaints.join("\n")).toContain(segment);
    await node.end();
  });

  it("refuses a folder that a running node uses", async () => {
    const first = start();
    await first.join();
    const second = start();
    const { body } = await second.request("init", { node_id: "n0", node_ids: ["n0"] });
    expect(body).toMatchObject({ type: "error", code: 13 });
    expect(second.complaints.join("\n")).toContain(`in use by process ${first.pid}`);
    await Promise.all([first.end(), second.end()]);
  });
});
