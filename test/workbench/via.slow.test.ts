import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { serve, servePair } from "../serve/support/servers.js";
import { eventually } from "../support/eventually.js";
import { runHere } from "./support/run-here.js";

const BRIEF = ["--rate", "40", "--time-limit", "2", "--quiescence", "1", "--seed", "1"];

/** A server that keeps values for itself, all or every third one not even that. */
async function lyingServer(loses: boolean): Promise<string> {
  const values: unknown[] = [];
  let count = 0;
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      if (request.method === "POST" && !(loses && ++count % 3 === 0)) values.push({ value: JSON.parse(body) });
      const after = Number(new URL(request.url as string, "http://here").searchParams.get("after")) || 0;
      response.end(JSON.stringify({ values: values.slice(after), cursor: `${values.length}`, more: false }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it("bench --via passes running servers, which hold other values as well, and claims nothing about messages", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tidecast-via-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [a, b] = await servePair();
  await a.node.broadcast({ tidecastBench: "an earlier run", value: 1 });
  await b.node.broadcast(5);
  const json = join(folder, "run.json");
  const ended = await runHere("bench", "--via", `${a.url},${b.url}/`, ...BRIEF, "--json", json);
  expect(ended.stdout).toContain("PASSED: every value reached every node");
  expect(ended.code).toBe(0);
  expect(ended.stdout).toMatch(/messages per operation +│ not measured │/);
  expect(ended.stdout).toMatch(/^messages +not measured$/m);
  const result = JSON.parse(readFileSync(json, "utf8"));
  expect(result).toMatchObject({ verdict: "passed", lostCount: 0, messages: "not measured", servers: [a.url, b.url] });
  expect(result.latencies["0.5"]).toBeGreaterThanOrEqual(0);
});

it("bench --via fails servers that lose a value", async () => {
  const ended = await runHere("bench", "--via", await lyingServer(true), ...BRIEF);
  expect(ended.stdout).toMatch(/FAILED: \d+ values were lost/);
  expect(ended.code).toBe(1);
});

it("bench --via fails servers whose values do not reach the others", async () => {
  const ended = await runHere("bench", "--via", `${await lyingServer(false)},${await lyingServer(false)}`, ...BRIEF);
  expect(ended.stdout).toMatch(/FAILED: .*(lost|missing)/);
  expect(ended.code).toBe(1);
});

it.each([
  [["--challenge", "3e"], /^error: --challenge has no effect on running servers; leave it out, or leave out --via\n$/],
  [["--nemesis", "kill"], /^error: --nemesis has no effect on running servers/],
  [["--history", "h.jsonl"], /^error: --history has no effect on running servers/],
  [["--", "--max", "5"], /^error: --via takes no node arguments: leave out -- --max 5\n$/],
])("bench --via refuses %j", async (args, complaint) => {
  expect(await runHere("bench", "--via", "http://127.0.0.1:1", ...args)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(complaint),
  });
});

it("status shows root, members, backlog and lag, and exits with 1 if a server is away", async () => {
  const [a, b] = await servePair();
  await eventually(() => expect(a.node.members()).toHaveLength(2));
  await eventually(() => expect(b.node.stats().isReady).toBe(true));
  await a.node.broadcast("value", { ack: "all" });
  const fine = await runHere("status", a.url, b.url);
  expect(fine.stdout).toMatch(
    /^http:\/\/127\.0\.0\.1:\d+: a, ready, version 1\.2\.3, up for \d s, 1 value, 0 streams$/m,
  );
  expect(fine.stdout).toMatch(/│ a +│ root, this server +│ alive │ 127\.0\.0\.1:\d+ │/);
  expect(fine.stdout).toContain(`\n${b.url}: b, ready`);
  expect(fine.stdout).toMatch(/│ round trip │ +backlog │ +lag │$/m);
  expect(fine.stdout).toMatch(/│ b +│ +│ alive │ .* │ +0 values │ +[01] values?(, \d s)? │$/m);
  expect(fine.code).toBe(0);
  const { url } = b;
  await b.stop();
  const away = await runHere("status", url);
  expect([away.code, away.stdout]).toEqual([1, expect.stringMatching(/: no answer: connect ECONNREFUSED/)]);
});

it("status says that a token is needed", async () => {
  const { url } = await serve({ http: { listen: "127.0.0.1:0", token: "a-token-of-20-letters" } });
  expect(await runHere("status", url)).toMatchObject({
    code: 2,
    stderr: `error: ${url} needs a token: set the variable TIDECAST_TOKEN to a valid one\n`,
  });
  expect(await runHere("status", "localhost:8080")).toMatchObject({ code: 2 });
});
