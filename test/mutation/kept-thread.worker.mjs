/** The thread of `kept-thread.ts`: between two runs it keeps the modules, and nothing else. */
import { setTimeout } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import { init, runBaseTests, setupEnvironment } from "vitest/worker";

/** Those of Vitest for the present run. They go with it. */
const listeners = new Set();

/** Number of things that keep the thread alive when no test has run: its port to the main thread. */
const atRest = process.getActiveResourcesInfo().length;

/** Vitest itself leaves a timer, for the last of its reports, that runs so long. In ms. */
const LONGEST_REPORT = 150;

/** Whether nothing is left of the tests. One that failed in the middle may leave a timer or a socket, which would disturb the next run. */
async function isClean() {
  for (const start = performance.now(); performance.now() - start < LONGEST_REPORT; await setTimeout(5))
    if (process.getActiveResourcesInfo().length <= atRest) return true;
  return false;
}

async function post(message) {
  parentPort.postMessage(message.type === "stopped" ? { ...message, clean: await isClean() } : message);
}

function startRun() {
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
