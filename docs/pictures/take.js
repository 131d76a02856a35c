// Takes the pictures of the documentation: runs the built command, opens its pages, and captures a part of each.
// `npm run docs:pictures` takes all of them, and `npm run docs:pictures -- report` one.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromiumOnThisMachine, HELP, startBrowser } from "../../test/report-page/support/chromium.js";

/** Each picture: the arguments of the command that writes the page, the captured part, and the width of the browser. */
const PICTURES = {
  report: {
    args: (page) => ["bench", "--challenge", "3e", "--seed", "1", "--report", page, "--", "--preset", "frugal"],
    clip: { x: 0, y: 0, width: 1280, height: 1500 },
  },
  "why-it-failed": {
    args: (page) => [
      ..."bench --bin test/fixtures/nodes/star.js --node-count 5 --rate 20 --time-limit 20 --latency 50".split(" "),
      ..."--nemesis partition --nemesis-interval 4 --seed 5 --report".split(" "),
      page,
    ],
    selector: "#latency-over-time",
  },
  flow: {
    args: (page) => ["bench", "--challenge", "3e", "--seed", "1", "--report", page, "--", "--preset", "proposal"],
    selector: "#flow",
    before: (page) => page.locator("#flow-value").selectOption("400"),
  },
  frontier: {
    args: (page) => ["sweep", "--report", page],
    selector: "#max",
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in PICTURES));
if (unknown.length > 0) fail(`no such picture: ${unknown.join(", ")}; there are ${Object.keys(PICTURES).join(", ")}`);
const chromium = chromiumOnThisMachine() ?? fail(HELP);
const folder = mkdtempSync(join(tmpdir(), "tidecast-pictures-"));
const browser = await startBrowser(chromium);
try {
  for (const [name, picture] of Object.entries(PICTURES))
    if (wanted.length === 0 || wanted.includes(name)) await take(name, picture);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

async function take(name, { args, clip, selector, before }) {
  const path = join(folder, `${name}.html`);
  const command = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
  // The verdict does not matter here, as long as the command wrote its page.
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const { stderr } = spawnSync(process.execPath, [command, ...args(path)], { cwd, encoding: "utf8" });
  if (stderr !== "") console.error(stderr);
  const page = await browser.newPage({ viewport: { width: 1280, height: clip?.height ?? 800 }, colorScheme: "light" });
  await page.goto(`file://${path}`);
  await page.locator("body[data-drawn]").waitFor();
  await before?.(page);
  const target = fileURLToPath(new URL(`${name}.png`, import.meta.url));
  if (selector === undefined) await page.screenshot({ path: target, clip });
  else await page.locator(selector).screenshot({ path: target });
  console.log(`docs/pictures/${name}.png`);
}

function fail(problem) {
  console.error(`error: ${problem}`);
  process.exit(1);
}
