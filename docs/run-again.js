// Runs the commands that docs/first-node.md shows, and puts in what they print now: `npm run docs:first-node`. It takes some minutes.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { refreshed } from "./pasted-runs.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = new URL("first-node.md", import.meta.url);

writeFileSync(page, refreshed(readFileSync(page, "utf8"), run));

function run(args) {
  console.log(`tidecast ${args.join(" ")}`);
  const { stdout, stderr } = spawnSync(process.execPath, ["dist/cli.js", ...args], { cwd: root, encoding: "utf8" });
  if (stderr !== "") console.error(stderr);
  return stdout;
}
