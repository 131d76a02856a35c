import type { MessageWatcher } from "../model/message-watcher.js";
import { nameOf, type Scenario } from "./scenario.js";
import { simulate } from "./simulation.js";
import type { SimulationWatcher } from "./simulation-watcher.js";

/** A time in which a member had the value, in ms. */
interface Possession {
  readonly from: number;
  until?: number;
}

const NO_MESSAGES: MessageWatcher = { workloadBegan: () => {}, sent: () => {}, delivered: () => {}, lost: () => {} };

/** Follows one value through a run. */
class ValueStory implements SimulationWatcher {
  readonly messages = NO_MESSAGES;
  receiver: { readonly member: number; readonly at: number } | undefined;
  acknowledgedAt: number | undefined;
  /** By member. */
  readonly possessions = new Map<number, Possession[]>();
  /** When each member's process started, for the last time. */
  readonly beginnings = new Map<number, number>();
  readonly ends = new Map<number, number>();

  constructor(private readonly value: number) {}

  given(at: number, member: number, value: number): void {
    if (value === this.value) this.receiver = { member, at };
  }

  acknowledged(at: number, value: number): void {
    if (value === this.value) this.acknowledgedAt = at;
  }

  learned(at: number, member: number, value: number): void {
    if (value !== this.value) return;
    this.possessions.set(member, [...(this.possessions.get(member) ?? []), { from: at }]);
  }

  began(at: number, member: number): void {
    this.beginnings.set(member, at);
    this.ends.delete(member);
  }

  ceased(at: number, member: number): void {
    this.ends.set(member, at);
    const last = this.possessions.get(member)?.at(-1);
    if (last !== undefined && last.until === undefined) last.until = at;
  }

  ended(): void {}
}

/**
 * Runs the scenario again, and tells of a value that a member lacks at the end: when it was accepted, since when the
 * member lacks it, and which members have it.
 */
export function tellWhatIsMissing(
  scenario: Scenario,
  { member, value }: { readonly member: number; readonly value: number },
): string[] {
  const story = new ValueStory(value);
  simulate(scenario, { watcher: story });
  const name = (index: number) => nameOf(scenario, index);
  const { receiver, acknowledgedAt, possessions, beginnings, ends } = story;
  const lines: string[] = [];
  if (receiver !== undefined) {
    const answer = acknowledgedAt === undefined ? "never acknowledged" : `acknowledged at ${inSeconds(acknowledgedAt)}`;
    lines.push(`${value} was given to ${name(receiver.member)} at ${inSeconds(receiver.at)}, and ${answer}.`);
  }
  const last = possessions.get(member)?.at(-1);
  const restart = beginnings.get(member) ?? 0;
  if (last === undefined)
    lines.push(`${name(member)} never had it${restart > 0 ? `; its last start was at ${inSeconds(restart)}` : ""}.`);
  else
    lines.push(
      `${name(member)} had it from ${inSeconds(last.from)} until its process ended at ${inSeconds(last.until ?? restart)}, and has lacked it since it started again at ${inSeconds(restart)}.`,
    );
  const holders = [...possessions].filter(([index, all]) => !ends.has(index) && all.at(-1)?.until === undefined);
  const since = holders.map(([index, all]) => `${name(index)} (since ${inSeconds((all.at(-1) as Possession).from)})`);
  lines.push(holders.length === 0 ? "No live member has it." : `These members have it: ${since.join(", ")}.`);
  return lines;
}

function inSeconds(time: number): string {
  return `${(time / 1000).toFixed(3)} s`;
}
