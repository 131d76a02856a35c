/** The thread of `kept-thread.ts`: from one run to the next it keeps the modules and their state. */
import { setTimeout } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import { init, runBaseTests, setupEnvironment } from "vitest/worker";

/** What keeps the thread alive when nothing is left of the tests. */
const AT_REST = ["MessagePort"];

/** Vitest itself leaves a timer, for the last of its reports, that runs so long. In ms. */
const LONGEST_REPORT = 150;

/** Those of Vitest for the present run. They go with it. */
const listeners = new Set();

/** What the tests read and write; see `mutant-runner.ts`. */
const thread = { runs: 0, isSpoiled: false, giveUp: () => parentPort.postMessage({ type: "giveUp" }) };
globalThis.keptThread = thread;

/** Whether tests are running, or are about to. */
let isRunning = false;

function isAtRest() {
  const resources = process.getActiveResourcesInfo();
  return resources.length === AT_REST.length && resources.every((name, index) => name === AT_REST[index]);
}

/** Whether nothing is left of the tests. One that failed in the middle may leave a timer or a socket, which would disturb the next run. */
async function isClean() {
  for (const start = performance.now(); performance.now() - start < LONGEST_REPORT; await setTimeout(5))
    if (isAtRest()) return !thread.isSpoiled;
  return false;
}

async function post(message) {
  if (message.type === "stopped") parentPort.postMessage({ ...message, clean: await isClean() });
  // Nobody listens, so Vitest would wait for the answer in the next run.
  else if (!isRunning) thread.isSpoiled = true;
  else parentPort.postMessage(message);
  if (message.type === "testfileFinished") isRunning = false;
}

function startRun() {
  isRunning = true;
  thread.runs++;
  listeners.clear();
  init({
    post,
    on: (listener) => listeners.add(listener),
    off: (listener) => listeners.delete(listener),
    setup: setupEnvironment,
    runTests: (state, traces) => runBaseTests("run", state, traces),
    collectTests: (state, traces) => runBaseTests("collect", state, traces),
  });
}

parentPort.on("message", (message) => {
  if (message.type === "start") startRun();
  for (const listener of [...listeners]) listener(message);
});
