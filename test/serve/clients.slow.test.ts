import { execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { eventually } from "../support/eventually.js";
import { freePorts } from "../support/free-ports.js";
import { startCli } from "../workbench/support/run-cli.js";

const run = promisify(execFile);

/** Starts the built server; resolves once it serves. */
async function start(id: string, ports: readonly [http: number, cluster: number], ...args: string[]) {
  const [http, cluster] = ports.map((port) => `127.0.0.1:${port}`) as [string, string];
  const options = ["--id", id, "--http-listen", http, "--cluster-listen", cluster, "--budget", "eager", ...args];
  const running = startCli("serve", ...options);
  onTestFinished(() => void running.child.kill("SIGKILL"));
  const url = `http://${http}`;
  await eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200));
  return { ...running, url, cluster };
}

/** Starts `follow.py` with the token, and collects the values that it prints. */
function follow(urls: readonly string[], token?: string) {
  const child = spawn("python3", ["examples/serve/follow.py", ...urls], {
    env: { ...process.env, ...(token !== undefined && { TIDECAST_TOKEN: token }) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const client = { printed: "" };
  child.stdout.on("data", (text) => {
    client.printed += String(text);
  });
  return client;
}

it("the clients in Python and curl broadcast and follow, across a server that ends", async () => {
  const [one, two, three, four] = (await freePorts(4)) as [number, number, number, number];
  const a = await start("a", [one, two]);
  const b = await start("b", [three, four], "--cluster-join", a.cluster);
  const client = follow([a.url, b.url]);

  const byCurl = await run("examples/serve/publish.sh", [a.url, '{"order":1}']);
  expect(byCurl.stdout).toBe('{"status":"accepted"}');
  const byPython = await run("python3", ["examples/serve/publish.py", b.url, '{"order":2}']);
  expect(byPython.stdout).toBe('{"status":"accepted"}\n');
  await eventually(() => expect(client.printed).toMatch(/'order': 1.*\n.*'order': 2|'order': 2.*\n.*'order': 1/));

  const begin = performance.now();
  a.child.kill("SIGTERM");
  const { code, stderr } = await a.ended;
  expect([code, performance.now() - begin < 10_000]).toEqual([0, true]);
  expect(stderr).toContain("SIGTERM: shutting down");
  expect(stderr).toContain("left the cluster");

  await run("examples/serve/publish.sh", [b.url, '{"order":3}']);
  await eventually(() => expect(client.printed).toContain("'order': 3"));
  expect(client.printed.match(/'order'/g)).toHaveLength(3);
});

it("the clients send a token", async () => {
  const [one, two] = (await freePorts(2)) as [number, number];
  const token = "a-token-of-20-letters";
  const child = spawn(
    process.execPath,
    ["dist/cli.js", "serve", "--http-listen", `127.0.0.1:${one}`, "--cluster-listen", `127.0.0.1:${two}`],
    {
      env: { ...process.env, TIDECAST_HTTP_TOKEN: token },
      stdio: "ignore",
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const url = `http://127.0.0.1:${one}`;
  await eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200));
  const env = { ...process.env, TIDECAST_TOKEN: token };
  for (const [program, ...args] of [["examples/serve/publish.sh"], ["python3", "examples/serve/publish.py"]] as [
    string,
    ...string[],
  ][]) {
    await expect(run(program, [...args, url, "1"])).rejects.toThrow();
    expect((await run(program, [...args, url, "1"], { env })).stdout.trim()).toBe('{"status":"accepted"}');
  }
  const client = follow([url], token);
  await eventually(() => expect(client.printed).toMatch(/'value': 1\b/));
  for (const [program, ...args] of [
    ["follow.py", url],
    ["publish.py", url, "1"],
  ] as [string, ...string[]][]) {
    const wrong = { env: { ...process.env, TIDECAST_TOKEN: "another-token-of-24-letters" }, timeout: 30_000 };
    await expect(run("python3", [`examples/serve/${program}`, ...args], wrong)).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^\{.*"status":401,.*"detail":"the token is not valid".*\}\n$/),
    });
  }
});

it("follow.py retries after an error of the server, and ends at an error of its request", async () => {
  const statuses = [503, 500, 404];
  const server = createServer((_, response) => {
    response.statusCode = statuses.shift() ?? 404;
    response.end(`problem ${response.statusCode}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(run("python3", ["examples/serve/follow.py", url], { timeout: 30_000 })).rejects.toMatchObject({
    code: 1,
    stderr: "problem 404\n",
  });
  expect(statuses).toEqual([]);
});

it.each(["publish.py", "follow.py"])("%s has about ten lines", (name) => {
  const lines = readFileSync(`examples/serve/${name}`, "utf8").trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(14);
});

it("the command prints its settings, and refuses mistakes with exit code 2", async () => {
  const join = ["--cluster-join", "b:7000,c:7000", "--cluster-allow-plaintext"];
  const printed = await startCli("serve", "--print-config", "--id", "a", ...join).ended;
  expect([printed.code, printed.stderr]).toEqual([0, ""]);
  expect(printed.stdout).toMatch(
    /^id: a\ncluster:\n {2}listen: 127\.0\.0\.1:7000\n {2}join:\n {4}- b:7000\n {4}- c:7000\n/,
  );
  const open = await startCli("serve", "--http-listen", "0.0.0.0:0").ended;
  expect([open.code, open.stdout]).toEqual([2, ""]);
  expect(open.stderr).toMatch(
    /^error: tidecast serve's option http\.listen is 0\.0\.0\.0:0, to which other machines can connect.*\n$/,
  );
  const [port] = (await freePorts(1)) as [number];
  const address = `127.0.0.1:${port}`;
  const twice = await startCli("serve", "--http-listen", address, "--cluster-listen", address).ended;
  expect([twice.code, twice.stderr.split("\n").find((line) => line.startsWith("error"))]).toEqual([
    1,
    expect.stringMatching(
      /^error: cannot listen on 127\.0\.0\.1:\d+ for clients \(http\.listen\): .*EADDRINUSE.*; choose another address$/,
    ),
  ]);
});

it("the files that the Dockerfile copies are enough", async () => {
  const image = mkdtempSync(join(tmpdir(), "tidecast-image-"));
  onTestFinished(() => rmSync(image, { recursive: true, force: true }));
  const dockerfile = readFileSync("examples/serve/Dockerfile", "utf8");
  for (const [, sources, target] of dockerfile.matchAll(/^COPY (.*) (\S+)$/gm)) {
    mkdirSync(join(image, target as string), { recursive: true });
    for (const source of (sources as string).split(" "))
      cpSync(source, join(image, target as string, basename(source)));
  }
  const [program, ...args] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] as string) as [string, string];
  const command = [
    ...args.map((path) => join(image, path)),
    ...JSON.parse(/^CMD (.*)$/m.exec(dockerfile)?.[1] as string),
  ];
  const ports = ["--http-listen", "127.0.0.1:0", "--cluster-listen", "127.0.0.1:0"];
  const child = spawn(program, [...command, ...ports], { cwd: image, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [printed, complaints] = ["", ""];
  child.stdout.on("data", (text) => {
    printed += String(text);
  });
  child.stderr.on("data", (text) => {
    complaints += String(text);
  });
  await eventually(() => expect(complaints).toMatch(/^\S+ ready, with 0 values and 1 member\n$/));
  const [, url] = /^serving on (\S+)/.exec(printed) as unknown as [string, string];
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const code = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGTERM");
  expect(await code).toBe(0);
});
