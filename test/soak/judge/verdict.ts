import type { SoakRecord, TimedSample } from "../soak-record.js";
import { type Growth, growthOf, isFlat, type Tolerance } from "./growth.js";
import { levelsOf, ratesOf } from "./of-cluster.js";
import type { Point } from "./trend.js";

/** A figure of a cluster, and whether it is flat. */
export interface FigureVerdict {
  readonly figure: string;
  /** The member that it belongs to; absent for the whole cluster. */
  readonly member?: string;
  /** Absent if there are too few samples. */
  readonly growth?: Growth;
  readonly tolerance: Tolerance;
  /** `undefined` if it cannot be judged. */
  readonly isFlat: boolean | undefined;
}

/** What the run of a cluster showed. */
export interface Verdict {
  readonly figures: readonly FigureVerdict[];
  /** Whether the run was long enough to judge growth. */
  readonly isLongEnough: boolean;
  /** Broken promises in words. */
  readonly broken: readonly string[];
}

/** Shorter runs, in ms, are not judged by growth: a node keeps values for four minutes, and the second quarter begins after that. */
export const SHORTEST_JUDGED = 20 * 60_000;
/** Samples of processes that are younger, in ms, do not count: a young heap grows while code is compiled and caches fill. */
const YOUNG = 60_000;

/** A figure in a sample, and how much it may grow. */
interface Measured {
  readonly figure: string;
  readonly of: (sample: TimedSample) => number;
  readonly tolerance: Tolerance;
  /** Whether it is judged for the member that is never killed alone: the allocator gives memory back to the system as it likes. */
  readonly isOfOneLife?: true;
}

const MEASURED: readonly Measured[] = [
  { figure: "heap after collection, MB", of: ({ heap }) => heap / 1e6, tolerance: { ofBefore: 0.1 } },
  {
    figure: "resident memory, MB",
    of: ({ residentSet }) => residentSet / 1e6,
    tolerance: { ofBefore: 0.1 },
    isOfOneLife: true,
  },
  { figure: "open files", of: ({ files }) => files, tolerance: { absolute: 0.9 } },
  { figure: "handles", of: ({ handles }) => handles, tolerance: { absolute: 0.9 } },
  { figure: "values kept", of: ({ values }) => values, tolerance: { ofBefore: 0.1 } },
];

/** What the machine's other work, and the member that is the root at the time, change as well. */
const RATE_TOLERANCE = { ofBefore: 0.25 };
const CPU_TOLERANCE = { ofBefore: 0.5 };
const TIMERS_TOLERANCE = { ofBefore: 0.2 };
/** In values. */
const BACKLOG_TOLERANCE = { absolute: 20 };

/** How a journal may grow: see docs/operations.md. */
const JOURNAL_OVERHEAD = 40;
const FILES_BEING_FREED = 2 * 16 * 2 ** 20;

/**
 * Judges a run: no promise may be broken, and no figure may grow. Only calm samples count, since faults make queues grow.
 */
export function judge(record: SoakRecord): Verdict {
  const { samples, calms, duration, survivor } = record;
  const isLongEnough = duration >= SHORTEST_JUDGED;
  const figures: FigureVerdict[] = [];
  const add = (figure: string, points: readonly Point[], tolerance: Tolerance, member?: string) => {
    const growth = growthOf(points, duration);
    const flat = growth && isFlat(growth, tolerance);
    figures.push({ figure, ...(member && { member }), ...(growth && { growth }), tolerance, isFlat: flat });
  };
  for (const member of Object.keys(record.lives)) {
    const counted = samples.filter(
      (sample) => sample.member === member && sample.isCalm && (member === survivor || sample.age >= YOUNG),
    );
    for (const { figure, of, tolerance, isOfOneLife } of MEASURED)
      if (member === survivor || !isOfOneLife)
        add(
          figure,
          counted.map((sample) => ({ at: sample.at, value: of(sample) })),
          tolerance,
          member,
        );
  }
  const latencies = calms.map(({ begin, end, latency }) => ({ at: (begin + end) / 2, value: latency["0.5"] }));
  add("latency, median, ms", latencies, RATE_TOLERANCE);
  const counter = (of: (sample: TimedSample) => number) => ratesOf(samples, calms, of);
  add(
    "messages per second",
    counter(({ messages }) => messages),
    RATE_TOLERANCE,
  );
  add(
    "CPU time, ms per second",
    counter(({ cpu }) => cpu),
    CPU_TOLERANCE,
  );
  const level = (of: (sample: TimedSample) => number) => levelsOf(samples, calms, of);
  add(
    "timers",
    level(({ timers }) => timers),
    TIMERS_TOLERANCE,
  );
  add(
    "backlog",
    level(({ backlog }) => backlog),
    BACKLOG_TOLERANCE,
  );
  return { figures, isLongEnough, broken: [...brokenPromises(record), ...tooLargeJournals(record)] };
}

/** Whether no promise is broken, and all figures that a long run needs are there and flat. */
export function isGood({ figures, isLongEnough, broken }: Verdict): boolean {
  return broken.length === 0 && (!isLongEnough || figures.every(({ isFlat }) => isFlat === true));
}

function brokenPromises({ broken, acknowledged, storms, droppedPackets }: SoakRecord): readonly string[] {
  const { missing, invented, repeated, takenBack, unanswered, missed, crashes, stillAlive } = broken;
  const wasCut = storms.some(({ faults }) => faults.some(({ kind }) => kind === "partition"));
  const lists = { missing, invented, repeated, "taken back": takenBack } satisfies Record<string, readonly string[]>;
  const said = Object.entries(lists)
    .filter(([, values]) => values.length > 0)
    .map(([what, values]) => `${values.length} ${what}: ${values.slice(0, 5).join(", ")}`);
  if (acknowledged === 0) said.push("no value was acknowledged");
  if (wasCut && droppedPackets === 0) said.push("no packet met a partition");
  if (unanswered > 0) said.push(`${unanswered} values were neither acknowledged nor refused`);
  if (missed > 0) said.push(`nodes reported ${missed} values as deleted before they came`);
  if (storms.some(({ recovery }) => recovery === null)) said.push("after a storm not everything came everywhere");
  said.push(...crashes, ...stillAlive.map((id) => `${id} did not end after close`));
  return said;
}

/** Journals beyond what docs/operations.md promises. */
function tooLargeJournals({ samples, bytes }: SoakRecord): readonly string[] {
  const most = new Map<string, number>();
  for (const { member, values, journal } of samples) {
    const excess = journal - values * (bytes + JOURNAL_OVERHEAD) - FILES_BEING_FREED;
    most.set(member, Math.max(most.get(member) ?? Number.NEGATIVE_INFINITY, excess));
  }
  return [...most]
    .filter(([, excess]) => excess > 0)
    .map(([member, excess]) => `the journal of ${member} is ${(excess / 1e6).toFixed(1)} MB larger than promised`);
}
