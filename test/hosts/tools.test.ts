import { afterEach, expect, it, vi } from "vitest";
import { checkTools, ToolMissing } from "./tools.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

it("a missing program is an error that names the package to install", () => {
  vi.stubEnv("PATH", "/nowhere");
  expect(checkTools).toThrow(ToolMissing);
  expect(checkTools).toThrow("unshare is not in PATH; on Debian and Ubuntu: apt-get install util-linux");
});
