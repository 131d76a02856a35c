import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { freePorts } from "../support/free-ports.js";
import { hasNatsServer, TestNatsServer } from "../support/nats-server.js";

const readme = readFileSync("README.md", "utf8");
const programs = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, text]) => text as string);

it("the README's program to embed prints what it says", async () => {
  const program = programs.find((text) => text.includes("retain:")) as string;
  const folder = mkdtempSync(join(tmpdir(), "tidecast-readme-"));
  const [first, second] = await freePorts(2);
  const here = program
    .replace(":7001", `:${first}`)
    .replace(":7002", `:${second}`)
    .replace('"data"', JSON.stringify(folder));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", here]);
    expect(readme).toContain(`prints \`${stdout.trim()}\``);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it.skipIf(!hasNatsServer)("the README's program over NATS does what it says", async () => {
  const program = programs.find((text) => text.includes("tidecast/nats")) as string;
  const server = await TestNatsServer.start();
  try {
    const here = program.replace("127.0.0.1:4222", server.address);
    expect(here).not.toBe(program);
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", here]);
    expect(stdout).toBe("a: order 17 is paid\n");
  } finally {
    await server.kill();
  }
});
