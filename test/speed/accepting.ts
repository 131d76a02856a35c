import { fileURLToPath } from "node:url";
import { cost, type Figure, medianFigures, rate } from "./figures.js";
import { type Burst, LoadedProcess } from "./loaded-process.js";

const NODE = "dist/node.js";
const BARE_LOOP = fileURLToPath(new URL("./bare-loop.js", import.meta.url));
/** Share of the bare loop's rate that the node aims for. */
const RATE_TARGET = 0.6;
const DEFAULT_FAN_OUT = 32;
/** How long a process may settle after its start, in ms. */
const SETTLE_TIME = 300;

/** The size of a measurement. */
export interface Extent {
  /** Broadcasts of one burst. */
  readonly lines: number;
  /** Cluster sizes. */
  readonly members: readonly number[];
  readonly rounds: number;
}

/**
 * Point 1 of issue 14: the root of a cluster accepts a burst of broadcasts on stdin, beside a bare loop that reads, parses and
 * answers the same lines. CPU time includes all threads of the process.
 */
export async function measureAccepting({ lines, members, rounds }: Extent): Promise<Figure[]> {
  const found: Figure[] = [];
  for (let round = 0; round < rounds; round++) {
    const bare = await burstOf([BARE_LOOP], lines, 1);
    for (const preset of ["frugal", "default"]) {
      for (const size of members) {
        const burst = await burstOf([NODE, "--preset", preset], lines, size);
        found.push(...figuresOf(`accept, ${preset}, ${size} members`, lines, burst, bare));
      }
    }
  }
  return medianFigures(found);
}

function figuresOf(name: string, lines: number, burst: Burst, bare: Burst): Figure[] {
  const perSecond = ({ elapsed }: Burst) => (1000 * lines) / elapsed;
  return [
    { ...rate(`${name}: rate`, "lines/s", perSecond(burst), perSecond(bare)), target: RATE_TARGET },
    cost(`${name}: CPU until answered`, "ms", burst.cpu, bare.cpu),
    cost(`${name}: CPU until sent`, "ms", burst.cpuUntilSent, bare.cpuUntilSent),
  ];
}

async function burstOf(command: readonly string[], lines: number, members: number): Promise<Burst> {
  const process = new LoadedProcess(command, members);
  try {
    await process.start();
    await new Promise((resolve) => setTimeout(resolve, SETTLE_TIME));
    return await process.burst(lines, Math.min(members - 1, childrenOfRoot(members)));
  } finally {
    await process.stop();
  }
}

/** Children of the root of a balanced tree: the least fan-out that gives the tree its height. */
function childrenOfRoot(members: number): number {
  return members <= DEFAULT_FAN_OUT + 1 ? members - 1 : Math.ceil((Math.sqrt(4 * members - 3) - 1) / 2);
}
