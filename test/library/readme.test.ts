import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished, vi } from "vitest";
import { eventually } from "../support/eventually.js";
import { freePorts } from "../support/free-ports.js";
import { hasNatsServer, TestNatsServer } from "../support/nats-server.js";

/** The program with a certain text among those of a document. */
function programIn(document: string, text: string): string {
  const programs = [...document.matchAll(/^```js\n(.*?)^```$/gms)].map(([, program]) => program as string);
  const found = programs.find((program) => program.includes(text));
  if (found === undefined) throw new Error(`no program contains ${text}`);
  return found;
}

async function outputOf(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);
  return stdout;
}

/** A process that runs the program, until the test ends; its output and exit code so far. */
function running(program: string) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const run = { child, output: "", code: undefined as number | null | undefined };
  child.stdout.on("data", (text) => {
    run.output += String(text);
  });
  child.on("exit", (code) => {
    run.code = code;
  });
  return run;
}

async function withFreePorts(program: string): Promise<string> {
  const [first, second] = await freePorts(2);
  return program.replace(":7001", `:${first}`).replace(":7002", `:${second}`);
}

it("the program in README.md prints what README.md says", async () => {
  const readme = readFileSync("README.md", "utf8");
  const output = await outputOf(await withFreePorts(programIn(readme, "createNode")));
  expect(readme).toContain(`prints \`${output.trim()}\``);
});

it("the program that embeds a node in docs/library.md prints what the page says", async () => {
  const page = readFileSync("docs/library.md", "utf8");
  const folder = mkdtempSync(join(tmpdir(), "tidecast-readme-"));
  try {
    const program = (await withFreePorts(programIn(page, "retain:"))).replace('"data"', JSON.stringify(folder));
    expect(page).toContain(`prints \`${(await outputOf(program)).trim()}\``);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it("the program in docs/topics.md prints what the page says", async () => {
  const page = readFileSync("docs/topics.md", "utf8");
  const output = await outputOf(await withFreePorts(programIn(page, "node.topic(")));
  expect(page).toContain(`prints \`${output.trim()}\``);
});

it("the cache in docs/replace-redis.md prints what the page says", async () => {
  const page = readFileSync("docs/replace-redis.md", "utf8");
  const output = await outputOf(await withFreePorts(programIn(page, "startCache")));
  expect(page).toContain(`prints \`${output.trim()}\``);
});

it("the service in docs/embed.md tells all processes of an order, and one that was away of those that it missed", async () => {
  const program = programIn(readFileSync("docs/embed.md", "utf8"), "service.mjs");
  const folder = mkdtempSync(join(tmpdir(), "tidecast-embed-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const ports = await freePorts(6);
  const start = (index: number) => {
    const args = ["abc"[index], ports[index], `127.0.0.1:${ports[3 + index]}`, `127.0.0.1:${ports[3]}`].map(String);
    const here = program
      .replace("process.argv.slice(2)", JSON.stringify(index === 0 ? args.slice(0, 3) : args))
      .replace('"data"', JSON.stringify(folder));
    return running(here);
  };
  const request = async (index: number, path: string) =>
    (await fetch(`http://127.0.0.1:${ports[index]}/${path}`)).status;
  const ready = (index: number) =>
    vi.waitFor(async () => expect(await request(index, "readyz")).toBe(200), { timeout: 30_000, interval: 100 });
  const runs = [0, 1, 2].map(start);
  for (const index of [0, 1, 2]) await ready(index);
  expect(await request(1, "17")).toBe(200);
  for (const run of runs) await eventually(() => expect(run.output).toBe("b: order 17\n"));
  runs[2]?.child.kill("SIGTERM");
  await eventually(() => expect(runs[2]?.code).toBe(0));
  expect(await request(0, "18")).toBe(200);
  const again = start(2);
  await eventually(() => expect(again.output).toBe("a: order 18\n"));
});

it("the program whose members come and go in docs/library.md finds the others, and leaves when it is interrupted", async () => {
  const program = programIn(readFileSync("docs/library.md", "utf8"), "tcpMembership");
  const [first, second] = (await freePorts(2)).map((port) => `127.0.0.1:${port}`) as [string, string];
  const start = (...args: string[]) => {
    const here = program.replace("process.argv.slice(2)", JSON.stringify(args));
    expect(here).not.toBe(program);
    return running(here);
  };
  const a = start("a", first);
  await eventually(() => expect(a.output).toBe("a: hello from a\n"));
  const b = start("b", second, first);
  await eventually(() => expect(b.output.split("\n").sort()).toEqual(["", "a: hello from a", "b: hello from b"]));
  await eventually(() => expect(a.output).toContain("b joined\n"));
  b.child.kill("SIGINT");
  await eventually(() => expect(b.code).toBe(0));
  await eventually(() => expect(a.output).toContain("b left\n"));
  a.child.kill("SIGINT");
  await eventually(() => expect(a.code).toBe(0));
});

it.skipIf(!hasNatsServer)("the program over NATS in docs/library.md delivers its own value", async () => {
  const program = programIn(readFileSync("docs/library.md", "utf8"), "tidecast/nats");
  const server = await TestNatsServer.start();
  try {
    const here = program.replace("127.0.0.1:4222", server.address);
    expect(here).not.toBe(program);
    expect(await outputOf(here)).toBe("a: order 17 is paid\n");
  } finally {
    await server.kill();
  }
});
