import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { hasNatsServer, TestNatsServer } from "../support/nats-server.js";

const readme = readFileSync("README.md", "utf8");
const programs = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, text]) => text as string);

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
