/**
 * `npm pack` and `npm publish` run this before (`publish`) and after (`restore`) they read package.json. The installed package
 * needs none of its scripts, and npm warns about scripts that run at installation.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

const FILE = new URL("../package.json", import.meta.url);
const ORIGINAL = new URL("../package.json.original", import.meta.url);

const [task] = process.argv.slice(2);
if (task === "restore") {
  if (existsSync(ORIGINAL)) renameSync(ORIGINAL, FILE);
} else if (task === "publish") {
  // An interrupted attempt has left the original behind.
  if (existsSync(ORIGINAL)) renameSync(ORIGINAL, FILE);
  const text = readFileSync(FILE, "utf8");
  const { scripts: _, devDependencies: __, overrides: ___, ...published } = JSON.parse(text);
  writeFileSync(ORIGINAL, text);
  writeFileSync(FILE, `${JSON.stringify(published, null, 2)}\n`);
} else {
  console.error(`unknown task ${JSON.stringify(task)}: use publish or restore`);
  process.exitCode = 2;
}
