import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cost, type Figure, medianFigures } from "./figures.js";

const NODE_HEAP = fileURLToPath(new URL("./node-heap.js", import.meta.url));
const CLI = "dist/cli.js";
const AUTHORS = 50;
/** Nodes whose heap is measured: by chance, V8's own share differs by a tenth. The median counts. */
const NODES = 5;
/** With ten times as many peers and the same authors, a node may need this much more heap. */
const HEAP_TARGET = 1 / 1.1;
/** How often a process is asked for its memory, in ms. */
const POLL = 50;

/** What is measured, and how often. */
export interface PeersExtent {
  /** Cluster sizes whose heap is compared: the smaller one is the baseline. */
  readonly heap: readonly [baseline: number, members: number];
  /** The same for a sweep. */
  readonly sweep: readonly [baseline: number, members: number];
  readonly rounds: number;
}

/** Point 2 of issue 14: how the cost of a node, and of a simulated cluster, grows with the number of members. */
export async function measurePeers({ heap, sweep, rounds }: PeersExtent): Promise<Figure[]> {
  const found: Figure[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const preset of ["eager", "frugal"]) {
      const [few, many] = [await heapOf(preset, heap[0]), await heapOf(preset, heap[1])];
      const name = `heap of a node, ${preset}, ${heap[1]} peers beside ${heap[0]}`;
      found.push({ ...cost(name, "MB", many, few), target: HEAP_TARGET });
    }
    const [few, many] = [await sweepOf(sweep[0]), await sweepOf(sweep[1])];
    const name = `sweep, ${sweep[1]} members beside ${sweep[0]}`;
    found.push(cost(`${name}: CPU per member`, "ms", many.cpu / sweep[1], few.cpu / sweep[0]));
    found.push(cost(`${name}: memory per member`, "MB", many.memory / sweep[1], few.memory / sweep[0]));
  }
  return medianFigures(found);
}

/** Heap of a node, in MB. */
async function heapOf(preset: string, members: number): Promise<number> {
  // Node 20 warns on stderr that WebAssembly is off then; newer versions know no option against that.
  const args = ["--expose-gc", "--jitless", NODE_HEAP, preset, `${members}`, `${AUTHORS}`];
  const measured = Array.from({ length: NODES }, () => promisify(execFile)(process.execPath, args));
  const heaps = (await Promise.all(measured))
    .map(({ stdout }) => Number(stdout) / 1e6)
    .sort((one, other) => one - other);
  return heaps[Math.floor(NODES / 2)] as number;
}

/** CPU time in ms, and the largest resident memory in MB, of the sweep that the issue describes. */
async function sweepOf(members: number): Promise<{ cpu: number; memory: number }> {
  const args = [...`sweep --node-count ${members} --max 2000 --series rounds --seeds 1 --time-limit 20`.split(" ")];
  const child = spawn(process.execPath, [CLI, ...args], { stdio: "ignore" });
  let cpu = 0;
  let memory = 0;
  const look = setInterval(() => {
    try {
      const fields = readFileSync(`/proc/${child.pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
      cpu = 10 * (Number(fields[11]) + Number(fields[12]));
      const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "latin1"))?.[1];
      // A process that is about to exit has no memory any more.
      if (kilobytes !== undefined) memory = Number(kilobytes) / 1024;
    } catch {
      // It has just exited.
    }
  }, POLL);
  const [code] = await once(child, "exit");
  clearInterval(look);
  // 1 means that the messages of a setting exceed a limit, and is no failure of the measurement.
  if (code !== 0 && code !== 1) throw new Error(`tidecast sweep exited with ${code}`);
  return { cpu, memory };
}
