import { writeSync } from "node:fs";
import { FileJournals } from "../../../src/adapters/journal-file/file-journals.js";
import { SystemClock } from "../../../src/adapters/system-clock/system-clock.js";

/*
 * Appends to the journal of n0 in the directory of the first argument until it is killed, and prints the incarnation and
 * the number of every record that is durable: `17 1`, `17 2`, … The second argument is `always` or `never`; `exit` as the
 * third one ends the process, without closing, after 100 durable records.
 */
const [directory = "", fsync, ending] = process.argv.slice(2);
const journals = new FileJournals(
  { clock: new SystemClock(), log: { event: ({ text }) => process.stderr.write(`${text}\n`) } },
  directory,
  {
    fsync: fsync === "never" ? "never" : "always",
    gatherTime: 1,
    segmentBytes: 20_000,
  },
);
const { journal, incarnation } = journals.open("n0", 1);
let number = 0;

function appendSome(): void {
  for (let count = 0; count < 20; count++) {
    const mine = ++number;
    journal.append({ author: `n0@${incarnation}`, number: mine, value: `value ${mine}` });
    journal.sync(() => {
      writeSync(1, `${incarnation} ${mine}\n`);
      if (ending === "exit" && mine === 100) process.exit();
    });
  }
  setImmediate(appendSome);
}

appendSome();
