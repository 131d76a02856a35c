import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("every scenario goes as it was pinned, message by message", async () => {
  const { stdout } = await promisify(execFile)("npm", ["run", "--silent", "golden", "--", "--check"]);
  expect(stdout).toMatch(/^(\d+) of \1 scenarios are as pinned$/m);
});
