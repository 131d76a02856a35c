import { SeededRandom } from "../../../adapters/seeded-random/seeded-random.js";
import type { Random } from "../../../domain/ports/random.js";
import { between, oneOf } from "../chance.js";
import type { Overrides } from "../draw-scenario.js";
import { FAULT_KINDS, type Fault, type Scenario } from "../scenario.js";
import { DISK_TROUBLES, type DiskFault, type DiskTrouble } from "./disk-fault.js";

/** Separates the draws of disks from all others of a seed, so that these stay what they are. */
const STREAM = 0x0d15c5;
/** Duration of most troubles, at most, in ms. */
const LONGEST_TROUBLE = 6_000;
/** Time until the operator restarts a member without a journal, in ms: the member notices the loss before. */
const SHORTEST_LOSS = 6_000;
const LONGEST_LOSS = 8_000;
/** The longest time without power, in ms. */
const LONGEST_CUT = 5_000;

/** Puts the journals of a drawn scenario on simulated disks, with faults. A scenario without journals stays as it is. */
export function withDisks(scenario: Scenario, overrides: Overrides = {}): Scenario {
  if (!scenario.journal) return scenario;
  const random = new SeededRandom((scenario.seed ^ STREAM) >>> 0);
  const nodes = scenario.clocks.length;
  const duration = Math.max(1, ...scenario.values.map(({ at }) => at));
  const kinds = overrides.faults ?? FAULT_KINDS;
  const segmentBytes = oneOf(random, [300, 1_000, 4_000, 2 ** 24]);
  const ack = oneOf(random, [1, 1, 2, 3, "all"] as const);
  const crashes = random.fork();
  const troubles = random.fork();
  return {
    ...scenario,
    ack: scenario.ack ?? ack,
    disks: { segmentBytes },
    faults: [
      ...scenario.faults.map(
        (fault): Fault => (fault.kind === "crash" ? { ...fault, powerCut: crashes.next() < 0.5 } : fault),
      ),
      ...(kinds.includes("crash") ? drawPowerCuts(crashes, nodes, duration) : []),
      ...(kinds.includes("disk") ? drawTroubles(troubles, nodes, duration) : []),
    ],
  };
}

/** Power cuts of single members, and sometimes of all at once. */
function drawPowerCuts(random: Random, nodes: number, duration: number): Fault[] {
  const cut = (node: number, from: number): Fault => {
    const until = from + between(random, 0, LONGEST_CUT);
    return { kind: "crash", node, returns: true, powerCut: true, survivors: 0, torn: false, from, until };
  };
  const singles = Array.from({ length: between(random, 0, 2) }, () =>
    cut(between(random, 0, nodes - 1), between(random, 0, duration)),
  );
  if (random.next() >= 0.25) return singles;
  const from = between(random, 0, duration);
  return [...singles, ...Array.from({ length: nodes }, (_, node) => cut(node, from))];
}

function drawTroubles(random: Random, nodes: number, duration: number): DiskFault[] {
  return Array.from({ length: between(random, 0, 6) }, () => {
    const trouble = oneOf(random, Object.keys(DISK_TROUBLES) as DiskTrouble[]);
    const node = random.next() < 0.3 ? 0 : between(random, 0, nodes - 1);
    const from = between(random, 0, duration);
    return { kind: "disk", node, trouble, from, until: from + lengthOf(random, trouble) };
  });
}

function lengthOf(random: Random, trouble: DiskTrouble): number {
  const length = between(random, 100, LONGEST_TROUBLE);
  if (trouble === "flip" || trouble === "unreadable") return 0;
  if (trouble === "deleted" || trouble === "read-only") return between(random, SHORTEST_LOSS, LONGEST_LOSS);
  return length;
}
