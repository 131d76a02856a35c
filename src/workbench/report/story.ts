import { isDeathOf } from "./data/deaths.js";
import type { RecordedValue, RunReport, Story } from "./data/run-report.js";
import { type Spread, spreadsOf } from "./data/spread.js";
import { LEAST_WAIT, milliseconds, named, seconds } from "./data/words.js";
import { arrival, carriage, drops, retries, type Told } from "./journey.js";

/** Upper bound on the number of stories; more of them would add nothing. */
const MOST_STORIES = 12;

/**
 * Tells the story of each value that was lost, or missing on a node at the end, or took `maxLatency` ms or longer; if
 * there is none, the story of the slowest value.
 */
export function tellStories(told: Told, maxLatency?: number): Pick<RunReport, "stories" | "untold"> {
  const wrong = told.values.filter((value) => isLost(value) || isMissing(value) || isLate(value, maxLatency));
  const chosen = wrong.length > 0 ? worstFirst(wrong) : worstFirst(told.values.filter(isSlow)).slice(0, 1);
  const spreads = new Map(spreadsOf(told).map((spread) => [spread.value.value, spread]));
  const stories = chosen.slice(0, MOST_STORIES).map((value) => {
    return tellStory(spreads.get(value.value) as Spread, told, maxLatency);
  });
  return { stories, untold: chosen.length - stories.length };
}

/** The story of one value. @param maxLatency latency from which a value counts as late, in ms; absent if there is no limit */
function tellStory(spread: Spread, told: Told, maxLatency?: number): Story {
  const { value } = spread;
  return {
    value: value.value,
    heading: headingOf(value, told, maxLatency),
    sentences: [
      acceptance(value, told),
      ...carriage(spread, told),
      ...drops(value, told),
      ...(isLost(value) || isMissing(value) ? retries(value, told) : []),
      ...arrival(spread, told),
      ...deaths(spread, told),
      ...reads(value, told),
      ...conclusion(spread, told, maxLatency),
    ],
  };
}

function isLost({ fate }: RecordedValue): boolean {
  return fate === "lost";
}

function isMissing({ missingOn }: RecordedValue): boolean {
  return missingOn !== undefined;
}

function isLate({ latency }: RecordedValue, maxLatency: number | undefined): boolean {
  return latency !== undefined && maxLatency !== undefined && latency >= maxLatency;
}

function isSlow({ latency }: RecordedValue): boolean {
  return latency !== undefined && latency > 0;
}

function worstFirst(values: readonly RecordedValue[]): RecordedValue[] {
  const rank = (value: RecordedValue) => (isLost(value) ? 2 : isMissing(value) ? 1 : 0);
  const latency = (value: RecordedValue) => (rank(value) > 0 ? 0 : (value.latency ?? 0));
  return values.toSorted(
    (one, other) => rank(other) - rank(one) || latency(other) - latency(one) || one.value - other.value,
  );
}

function headingOf(value: RecordedValue, { nodes }: Told, maxLatency: number | undefined): string {
  const { latency = 0, missingOn } = value;
  if (isLost(value)) return `Value ${value.value} was lost`;
  if (missingOn !== undefined)
    return `Value ${value.value} was missing at the end on ${named(missingOn.map((node) => nodes[node] as string))}`;
  if (isLate(value, maxLatency))
    return `Value ${value.value} was late: ${milliseconds(latency)}, not under ${maxLatency} ms`;
  return `Value ${value.value} took the longest: ${milliseconds(latency)}`;
}

function acceptance({ node, invokedAt, receivedAt, acknowledgedAt, value }: RecordedValue, { nodes }: Told): string {
  const given = `A client sent ${value} to ${nodes[node]} at ${seconds(invokedAt)}`;
  if (receivedAt === undefined) return `${given}, but the request never reached the node.`;
  if (acknowledgedAt === undefined) return `${given}. ${nodes[node]} never acknowledged it.`;
  const waited = acknowledgedAt - invokedAt;
  const when = waited < LEAST_WAIT ? "at once" : `${milliseconds(waited)} later`;
  return `${given}. ${nodes[node]} acknowledged it ${when}.`;
}

/** The killed nodes that had a lost or missing value. */
function deaths({ value, learned }: Spread, { nodes, faults }: Told): string[] {
  if (!isLost(value) && !isMissing(value)) return [];
  const clauses = faults.flatMap((fault) => {
    const victim = learned.find(({ node, at }) => at <= fault.from && isDeathOf(nodes[node] as string, fault));
    return victim === undefined ? [] : [`${nodes[victim.node]} from ${seconds(fault.from)} to ${seconds(fault.to)}`];
  });
  return clauses.length === 0 ? [] : [`Nodes that had it were down: ${named(clauses)}.`];
}

/** The reads that missed the value. */
function reads({ missedBy }: RecordedValue, { nodes }: Told): string[] {
  const first = missedBy[0];
  if (first === undefined) return [];
  const readers = named(missedBy.map(({ node }) => nodes[node] as string));
  const reads = missedBy.length === 1 ? "read" : "reads";
  return [
    first.final
      ? `The final ${reads} of ${readers}, at ${seconds(first.at)}, did not show it.`
      : `The last ${reads} without it began on ${readers} at ${seconds(first.at)}.`,
  ];
}

/** The conclusion from all of this. */
function conclusion({ value, learned }: Spread, { nodes }: Told, maxLatency: number | undefined): string[] {
  if (isLost(value) || isMissing(value)) {
    const had = value.missedBy.filter(({ node, at }) => learned.some((event) => event.node === node && event.at < at));
    if (had.length > 0)
      return [
        `${named(had.map(({ node }) => nodes[node] as string))} had received it before, and did not show it: the node lost it or hid it.`,
      ];
    if (isMissing(value)) return ["Reads of other nodes showed it."];
    if (value.missedBy.length === 0)
      return ["It had been acknowledged, and should have been on every node by then: it is lost."];
    return ["It was known to exist by then, and no later read showed it, so it counts as lost."];
  }
  if (!isLate(value, maxLatency)) return [];
  const over = (value.latency as number) - (maxLatency as number);
  return [`That is ${milliseconds(over)} over the limit.`];
}
