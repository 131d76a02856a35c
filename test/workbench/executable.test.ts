import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { adviceOnShebang, executableAt } from "../../src/workbench/commands/executable.js";

const folder = mkdtempSync(join(tmpdir(), "tidecast-bin-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(content: string | Buffer, mode = 0o755, ending = ""): string {
  const path = join(folder, `${files++}${ending}`);
  writeFileSync(path, content, { mode });
  return path;
}

describe("--bin reports why a file cannot be run", () => {
  it.each([
    ["a missing interpreter", "#!/usr/bin/nonesuch\n", "names an interpreter that does not exist: #!/usr/bin/nonesuch"],
    ["a missing interpreter with arguments", "#! /no/such -u\n", "does not exist: #!/no/such -u"],
    ["an interpreter that env does not find", "#!/usr/bin/env nonesuch -u\n", "needs nonesuch, which is not in PATH"],
    ["one behind env -S", "#!/usr/bin/env -S nonesuch --flag\n", "needs nonesuch, which is not in PATH"],
    ["an interpreter that is none", "#!/etc\n", "names an interpreter that is not an executable file: #!/etc"],
    [
      "line ends of Windows",
      "#!/usr/bin/env python3\r\nprint()\r\n",
      'looks for the interpreter "python3\\r"; convert its line ends',
    ],
    ["line ends of Windows without env", "#!/bin/sh\r\n", 'looks for the interpreter "/bin/sh\\r"'],
    ["no interpreter", "#!\n", "has no interpreter in its first line"],
  ])("%s", (_, content, problem) => {
    expect(() => executableAt(file(content))).toThrow(problem);
  });

  it("no permission, a folder, a missing file", () => {
    expect(() => executableAt(file("#!/bin/sh\n", 0o644))).toThrow(/is not executable \(chmod \+x it\)$/);
    const inner = join(folder, "inner");
    mkdirSync(inner);
    expect(() => executableAt(inner)).toThrow(/is not a file$/);
    expect(() => executableAt(join(folder, "none"))).toThrow(/there is no file .*none$/);
  });

  it("a command line instead of a file", () => {
    expect(() => executableAt("python3 x.py --fast")).toThrow(
      /there is no file .*; --bin takes one file; write its arguments at the end: --bin python3 … -- x\.py --fast$/,
    );
  });
});

it("an executable is found by its path, and in PATH", () => {
  for (const content of [
    "#!/bin/sh\n",
    "#!/usr/bin/env -S VAR=1 nonesuch\n",
    "echo no shebang\n",
    Buffer.from([0x7f]),
  ]) {
    const path = file(content);
    expect(executableAt(path)).toBe(path);
  }
  expect(executableAt("sh")).toMatch(/^\/.*\/sh$/);
});

it("a file without a #! line causes advice; a script with one and a binary do not", () => {
  expect(adviceOnShebang(file("import sys\n", 0o755, ".py"))).toMatch(/no #! line, .*#!\/usr\/bin\/env python3$/);
  expect(adviceOnShebang(file("import x\n", 0o755, ".mjs"))).toMatch(/#!\/usr\/bin\/env node$/);
  expect(adviceOnShebang(file("", 0o755))).toMatch(/no #! line/);
  expect(adviceOnShebang(file("#!/bin/sh\n"))).toBeUndefined();
  expect(adviceOnShebang(file(Buffer.from("7f454c4602010100", "hex")))).toBeUndefined();
});
