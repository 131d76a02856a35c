/**
 * `npm run golden`: writes the pins of all scenarios anew.
 * `npm run golden -- --check`: compares all of them with what is pinned.
 * `npm run golden -- --list`: the scenarios' names.
 * `npm run golden -- --show SCENARIO`: prints all that happens in it.
 * `npm run golden -- --diff SCENARIO [COMMIT]`: shows where it begins to differ from a commit, the one that wrote the pins unless given.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { Conversation, type Pinned } from "./conversation.js";
import { difference, readPinned, writePinned } from "./pinned.js";
import { converse, names } from "./scenarios/scenarios.js";

/** So many lines before the first one that differs are shown as well. */
const CONTEXT = 3;
const LONGEST_CONVERSATION = 2 ** 30;

/** The pins of all scenarios, worked out by as many threads as there are processors. */
async function pinAll(): Promise<Map<string, Pinned>> {
  const threads = availableParallelism();
  const found = new Map<string, Pinned>();
  const share = (thread: number) => names.filter((_, index) => index % threads === thread);
  const work = (workerData: readonly string[]) =>
    new Promise<void>((done, fail) => {
      new Worker(fileURLToPath(import.meta.url), { workerData })
        .on("message", ([name, pinned]: [string, Pinned]) => {
          found.set(name, pinned);
          if (process.stderr.isTTY) process.stderr.write(`\r${found.size} of ${names.length}`);
        })
        .on("error", fail)
        .on("exit", () => done());
    });
  await Promise.all(Array.from({ length: threads }, (_, thread) => work(share(thread))));
  if (process.stderr.isTTY) process.stderr.write("\n");
  return new Map(names.map((name) => [name, found.get(name) as Pinned]));
}

async function check(): Promise<void> {
  const pinned = readPinned();
  const actual = await pinAll();
  const differences = [...actual].flatMap(([name, pins]) => difference(name, pinned.get(name), pins) ?? []);
  console.log(differences.slice(0, 10).join("\n"));
  console.log(`${actual.size - differences.length} of ${actual.size} scenarios are as pinned`);
  if (differences.length > 0) process.exitCode = 1;
}

async function show(name: string): Promise<string[]> {
  const lines: Record<keyof Pinned, string[]> = { events: [], words: [] };
  await converse(name, new Conversation((line, kind) => lines[kind].push(line)));
  return [...lines.events, "", ...lines.words];
}

async function showDifference(name: string, commit = commitOfPins()): Promise<void> {
  const [before, now] = [linesAt(commit, name), await show(name)];
  const first = now.findIndex((line, index) => line !== before[index]);
  const at = first < 0 && before.length > now.length ? now.length : first;
  if (at < 0) return console.log(`${name} is as it was at ${commit}`);
  console.log(
    now
      .slice(Math.max(0, at - CONTEXT), at)
      .map((line) => `    ${line}`)
      .join("\n"),
  );
  console.log(`was ${before[at] ?? "(the end)"}\nis  ${now[at] ?? "(the end)"}`);
}

function commitOfPins(): string {
  return execFileSync("git", ["log", "-1", "--format=%H", "--", "test/golden/pins"], { encoding: "utf8" }).trim();
}

/** What the code of a commit says in a scenario. */
function linesAt(commit: string, name: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "golden-"));
  try {
    const archive = execFileSync("git", ["archive", commit], { maxBuffer: LONGEST_CONVERSATION });
    execFileSync("tar", ["-x", "-C", folder], { input: archive });
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    const options = { cwd: folder, encoding: "utf8", maxBuffer: LONGEST_CONVERSATION } as const;
    return execFileSync("npm", ["run", "--silent", "golden", "--", "--show", name], options).trimEnd().split("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main([command, name = "", commit]: readonly string[]): Promise<void> {
  if (command === undefined) writePinned(await pinAll());
  else if (command === "--check") await check();
  else if (command === "--list") console.log(names.join("\n"));
  else if (command === "--show") process.stdout.write(`${(await show(name)).join("\n")}\n`);
  else if (command === "--diff") await showDifference(name, commit);
  else throw new Error(`${command} is no option: there are --check, --list, --show and --diff`);
}

if (isMainThread) await main(process.argv.slice(2));
else
  for (const name of workerData as string[]) {
    const conversation = await converse(name, new Conversation());
    parentPort?.postMessage([name, conversation.pinned()]);
  }
