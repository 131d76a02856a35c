import { describeMessage } from "../simulation/trace.js";
import type { ExploredCluster } from "./explored-cluster.js";
import type { FlyingMessage, Step } from "./step.js";

/** Columns of a time. */
const WIDTH = 11;

/**
 * A run in words: one line per step, with the time by the clock of its node, in ms, and below it the messages that the
 * node sends. Timers that send nothing are left out.
 * @param cluster at its start; it takes the steps
 */
export function describeRun(cluster: ExploredCluster, steps: readonly Step[]): string[] {
  const lines = cluster.underWay().map((message) => `${timeOf(0)} ${sentence(message)}`);
  for (const step of steps) {
    const before = new Map(cluster.underWay().map((message) => [message.id, message]));
    cluster.take(step);
    const sent = cluster.underWay().filter(({ id }) => !before.has(id));
    if (step.kind === "timers" && sent.length === 0) continue;
    const time = step.kind === "lose" ? "" : timeOf(cluster.nodes[step.node]?.now ?? 0);
    lines.push(`${time.padStart(WIDTH)} ${describeStep(step, before)}`);
    for (const message of sent) lines.push(`${" ".repeat(WIDTH)}   ${sentence(message)}`);
  }
  return lines;
}

function describeStep(step: Step, before: ReadonlyMap<number, FlyingMessage>): string {
  switch (step.kind) {
    case "deliver":
      return `arrives: ${sentence(before.get(step.message) as FlyingMessage)}`;
    case "lose":
      return `is lost: ${sentence(before.get(step.message) as FlyingMessage)}`;
    case "request":
      return `client -> n${step.node} broadcast ${step.value}`;
    case "timers":
      return `n${step.node}: a timer`;
    case "crash":
      return `n${step.node} is killed`;
    case "restart":
      return `n${step.node} starts again, without its values`;
    default:
      return step satisfies never;
  }
}

function sentence({ from, to, body }: FlyingMessage): string {
  return describeMessage(`n${from}`, `n${to}`, body);
}

function timeOf(now: number): string {
  return now.toFixed(3).padStart(WIDTH);
}
