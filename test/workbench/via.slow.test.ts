import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { serve, servePair } from "../serve/support/servers.js";
import { createAuthority, issue } from "../support/certificates.js";
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

it("bench --via judges nothing if a server is away, is none, or refuses the bench, and names it", async () => {
  const { url } = await serve({ http: { listen: "127.0.0.1:0", token: "a-token-of-20-letters" } });
  expect(await runHere("bench", "--via", url, ...BRIEF)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: \S+ refuses the request: this server needs a token.*TIDECAST_TOKEN.*\n$/),
  });
  const other = createServer((_, response) => void response.end("<html>"));
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  const foreign = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  expect(
    await runHere("bench", "--via", `${await lyingServer(false)},http://127.0.0.1:1,${foreign}`, ...BRIEF),
  ).toEqual({
    code: 3,
    stdout: "",
    stderr:
      "error: http://127.0.0.1:1: no answer: connect ECONNREFUSED 127.0.0.1:1\n" +
      `error: ${foreign}: it is no server of Tidecast: its answer is not JSON\n` +
      "nothing was judged: the bench needs every server\n",
  });
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
  const other = createServer((_, response) => void response.end("{}"));
  const foreign = await new Promise<string>((resolve) => {
    other.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(other.address() as AddressInfo).port}`));
  });
  onTestFinished(() => void other.close());
  const stranger = await runHere("status", foreign, "--json");
  expect([stranger.code, JSON.parse(stranger.stdout)]).toEqual([
    1,
    [{ url: foreign, problem: `it is no server of Tidecast: it answers ${foreign}/status with 200` }],
  ]);
});

it("status shows why a server refuses it, and what is allowed", async () => {
  const { url } = await serve({ http: { listen: "127.0.0.1:0", token: "a-token-of-20-letters" } });
  expect(await runHere("status", url)).toMatchObject({
    code: 2,
    stderr:
      `error: ${url} refuses the request: this server needs a token: send the header "Authorization: Bearer TOKEN". ` +
      "Set the variable TIDECAST_TOKEN to a valid token, or give a client certificate with --cert and --key\n",
  });
  expect(await runHere("status", "localhost:8080")).toMatchObject({ code: 2 });
});

/** A server that clients reach with a certificate alone, and files for them. */
async function mutualTls() {
  const folder = mkdtempSync(join(tmpdir(), "tidecast-via-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const authority = await createAuthority();
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const issued = async (id: string, wishes = {}) => {
    const { cert, key } = await issue(authority, id, wishes);
    return { cert: file(`${id}.crt`, cert as string), key: file(`${id}.key`, key as string) };
  };
  const ca = file("ca.crt", authority.cert);
  const tls = { ...(await issued("a", { names: [{ dns: "localhost" }] })), ca };
  const { url } = await serve({ http: { tls } });
  const client = await issued("client");
  const present = ["--cert", client.cert, "--key", client.key, "--ca", ca];
  return { url: url.replace("127.0.0.1", "localhost"), ca, server: tls, client, file, present };
}

it("status and bench --via reach servers that need a client certificate", async () => {
  const { url, ca, present } = await mutualTls();
  const status = await runHere("status", url, ...present);
  expect(status).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining(": a, ready, version 1.2.3") });
  const bench = await runHere("bench", "--via", url, ...BRIEF, ...present);
  expect(bench.stdout).toMatch(/^PASSED: /m);
  expect(bench.stdout).toMatch(/^operations +\d+ \([1-9]\d* broadcasts, [1-9]\d* reads\)$/m);
  expect(bench.code).toBe(0);

  const refused = await runHere("status", url, "--ca", ca);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(
    "refuses the request: this server needs a client certificate of its authority (mTLS)",
  );
  const untrusted = await runHere("status", url);
  expect(untrusted.code).toBe(1);
  expect(untrusted.stdout).toMatch(/no answer: .*; give the certificate of the servers' authority with --ca/);
});

it("status and bench --via name the file of a certificate that they cannot use", async () => {
  const { url, ca, server, client, file } = await mutualTls();
  const rubbish = file("rubbish.pem", "rubbish");
  const mistakes: [args: string[], complaint: string][] = [
    [["--ca", "missing.pem"], "--ca: there is no file missing.pem"],
    [["--ca", rubbish], `--ca: ${rubbish} has no certificate in PEM format (-----BEGIN CERTIFICATE-----)`],
    [["--cert", client.cert], "--cert needs the private key: give --key as well"],
    [["--key", client.key], "--key needs the certificate: give --cert as well"],
    [
      ["--cert", client.cert, "--key", server.key],
      `--key: ${server.key} does not belong to the certificate in ${client.cert}`,
    ],
    [
      ["--cert", client.cert, "--key", rubbish],
      `--key: ${rubbish} has no private key in PEM format (-----BEGIN PRIVATE KEY-----), or it is encrypted; decrypt it first`,
    ],
  ];
  for (const [args, complaint] of mistakes) {
    expect(await runHere("status", url, ...args)).toMatchObject({ code: 2, stderr: `error: ${complaint}\n` });
    expect(await runHere("bench", "--via", url, ...args)).toMatchObject({ code: 2, stderr: `error: ${complaint}\n` });
  }
  const plain = await runHere("status", "http://127.0.0.1:1", "--ca", ca);
  expect(plain.stderr).toBe("error: --ca has no effect on http://127.0.0.1:1; write an address with https://\n");
  const noServers = await runHere("bench", "--ca", ca);
  expect(noServers.stderr).toBe("error: --ca is for running servers: give their addresses with --via\n");
});
