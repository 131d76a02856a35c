import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
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
