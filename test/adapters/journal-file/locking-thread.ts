import { parentPort, workerData } from "node:worker_threads";
import { FileJournals } from "../../../src/adapters/journal-file/file-journals.js";
import { SystemClock } from "../../../src/adapters/system-clock/system-clock.js";

/*
 * Opens the journal of n0 in the directory in its data, reports that, and runs until it is terminated or gets an order to end:
 * `exit`, `throw`, or `close`, after which it runs without the journal.
 */
const journals = new FileJournals({ clock: new SystemClock(), log: { event: () => {} } }, workerData as string);
try {
  const { journal, incarnation } = journals.open("n0", 1);
  parentPort?.on("message", (ending) => {
    if (ending === "exit") process.exit();
    if (ending === "throw") throw new Error("the thread fails");
    if (ending === "close") {
      journal.close();
      parentPort?.postMessage("closed");
    }
  });
  parentPort?.postMessage(`opened ${incarnation}`);
} catch (error) {
  parentPort?.postMessage((error as Error).message);
}
