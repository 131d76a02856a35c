import type { OnPaper } from "./on-paper.js";
import type { ScaleRun } from "./scale-run.js";

/** The content of docs/scale.md between its marks. */
export interface ScalePage {
  readonly runs: readonly ScaleRun[];
  readonly paper: readonly OnPaper[];
  /** The largest cluster in which `default` sends in rounds. */
  readonly lastInRounds: number | undefined;
}

const TABLE_MARK = "<!-- begin: measured, written by `npm run docs:scale` -->";
const FALLBACK_MARK = "<!-- begin: the default, written by `npm run docs:scale` -->";
const PAPER_MARK = "<!-- begin: on paper, written by `npm run docs:scale` -->";

const LARGEST_DEVIATION = 0.15;
const MOST_HEIGHT = 3;
const MOST_MESSAGES = 200;

/** The sections of docs/scale.md, by their marks. */
export function sectionsOf({ runs, paper, lastInRounds }: ScalePage): Record<string, string> {
  const frugal = runs.filter(({ preset }) => preset === "frugal");
  return {
    [TABLE_MARK]: `${tableOf(frugal)}\n\n${frugal.map(verdictOf).join("\n")}`,
    [FALLBACK_MARK]: `${fallback(lastInRounds)}\n\n${tableOf(runs.filter(({ preset }) => preset === "default"))}`,
    [PAPER_MARK]: paperTable(paper),
  };
}

function tableOf(runs: readonly ScaleRun[]): string {
  const cells = (run: ScaleRun) => {
    const { messagesPerOperation, expectedMessages, latency, expectedLatency, load, members } = run;
    return [
      count(members),
      run.height,
      run.period === null ? "at once" : count(run.period),
      figure(messagesPerOperation),
      figure(expectedMessages),
      signed(messagesPerOperation / expectedMessages - 1),
      `${count(latency.median)} / ${count(expectedLatency.median)}`,
      `${count(latency.max)} / ${count(expectedLatency.max)}`,
      count(run.bytesPerOperation),
      figure(load.root),
      figure(load.busiestOther),
      figure((1000 * run.cpuSeconds) / run.seconds / members),
      figure(run.megabytes / members),
    ];
  };
  return [
    "| nodes | height | P, ms | messages per operation | expected | deviation | median, ms / expected | maximum, ms / expected | bytes per operation | root, messages/s | busiest other node, messages/s | CPU per node, ms/s | memory per node, MB |",
    `|${"---:|".repeat(13)}`,
    ...runs.map((run) => `| ${cells(run).join(" | ")} |`),
  ].join("\n");
}

/** One sentence on the targets, with each that a run misses. */
function verdictOf(run: ScaleRun): string {
  const { members, height, load, messagesPerOperation, expectedMessages, lost, incomplete } = run;
  const misses = [
    ...(Math.abs(messagesPerOperation / expectedMessages - 1) > LARGEST_DEVIATION
      ? ["the deviation exceeds 15 %"]
      : []),
    ...(height > MOST_HEIGHT ? [`the height is ${height}`] : []),
    ...(Math.max(load.root, load.busiestOther) > MOST_MESSAGES ? ["a node has more than 200 messages/s"] : []),
    ...(lost > 0 ? [`${count(lost)} values were lost`] : []),
    ...(incomplete > 0 ? [`${count(incomplete)} values took longer than the count lasted`] : []),
  ];
  const found = misses.length === 0 ? "all targets reached, no value lost" : misses.join(", ");
  return `- ${count(members)} nodes: ${found}.`;
}

function fallback(last: number | undefined): string {
  if (last === undefined) return "With hops of 100 ms `default` sends in rounds whatever the size.";
  return `With hops of 100 ms \`default\` sends in rounds up to ${count(last)} nodes. From ${count(last + 1)} nodes on it sends at once: the tree then has a height of 2, and the way up and down alone would take longer than the budget leaves.`;
}

function paperTable(paper: readonly OnPaper[]): string {
  return [
    "| nodes | height | P, ms | messages per operation | median, ms | maximum, ms | busiest node, messages/s, at most |",
    `|${"---:|".repeat(7)}`,
    ...paper.map(({ members, height, period, messagesPerOperation, median, max, busiest }) => {
      const cells = [count(members), height, period === null ? "at once" : count(period), figure(messagesPerOperation)];
      return `| ${[...cells, count(median), count(max), count(busiest)].join(" | ")} |`;
    }),
  ].join("\n");
}

function count(number: number): string {
  return Math.round(number).toLocaleString("en-US");
}

function figure(number: number): string {
  return number >= 100 ? count(number) : number.toPrecision(3);
}

function signed(share: number): string {
  return `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(1)} %`;
}
