import { spawnSync } from "node:child_process";
import { chromium } from "playwright-core";

/** Names under which systems install Chromium. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** What to do when there is none. */
export const HELP = "a browser is needed: apt-get install chromium, or say in CHROMIUM where one is";

/** The executable of a Chromium: `CHROMIUM`, or one on the path; undefined if there is none. */
export function chromiumOnThisMachine() {
  return process.env.CHROMIUM ?? NAMES.map(onPath).find((path) => path !== undefined);
}

/** Starts the browser. */
export function startBrowser(executablePath) {
  // Chromium refuses its sandbox to root, as whom containers run; these pages are our own.
  return chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: 120_000 });
}

function onPath(name) {
  const { status, stdout } = spawnSync("which", [name], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}
