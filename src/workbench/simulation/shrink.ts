import type { Outcome } from "./outcome.js";
import type { Fault, Scenario } from "./scenario.js";
import { simulate } from "./simulation.js";

/** A smaller scenario that still breaks the same invariant. */
export interface Shrunk {
  readonly scenario: Scenario;
  readonly outcome: Outcome;
  readonly attempts: number;
}

/**
 * Removes from a failing scenario everything that the failure does not need: members, faults, values, by halves and then one by
 * one, then drift and late starts, until nothing more can be removed or `attempts` runs are spent. It counts runs instead of
 * seconds, so the result is the same on every machine.
 */
export function shrink(failing: Scenario, outcome: Outcome, attempts = 300, run = simulate): Shrunk {
  let best = { scenario: failing, outcome };
  let spent = 0;
  const accept = (scenario: Scenario): boolean => {
    if (spent >= attempts) return false;
    spent++;
    const tried = run(scenario);
    if (tried.violation?.invariant !== outcome.violation?.invariant) return false;
    best = { scenario, outcome: tried };
    return true;
  };
  for (let isSmaller = true; isSmaller && spent < attempts; ) {
    const before = best.scenario;
    shrinkList(
      () => best.scenario.faults,
      (faults) => accept({ ...best.scenario, faults }),
    );
    shrinkList(
      () => best.scenario.values,
      (values) => accept({ ...best.scenario, values }),
    );
    shrinkMembers(() => best.scenario, accept);
    for (const simpler of simplifications(best.scenario)) accept({ ...best.scenario, ...simpler });
    isSmaller = best.scenario !== before;
  }
  return { ...best, attempts: spent };
}

/** Removes ever smaller parts of a list. */
function shrinkList<T>(current: () => readonly T[], accept: (smaller: readonly T[]) => boolean): void {
  for (let size = current().length; size >= 1; size = Math.floor(size / 2))
    for (let start = 0; start < current().length; ) {
      const list = current();
      if (!accept([...list.slice(0, start), ...list.slice(start + size)])) start += size;
    }
}

/** Removes ever smaller groups of members; at least one stays. */
function shrinkMembers(current: () => Scenario, accept: (smaller: Scenario) => boolean): void {
  for (let size = Math.floor(current().clocks.length / 2); size >= 1; size = Math.floor(size / 2))
    for (let start = 0; start + size <= current().clocks.length && current().clocks.length > size; )
      if (!accept(withoutMembers(current(), start, size))) start += size;
}

/** The scenario without `count` members from place `start` on; later ones move up, and keep their names. */
export function withoutMembers(scenario: Scenario, start: number, count: number): Scenario {
  const isGone = (index: number) => index >= start && index < start + count;
  const moved = (index: number) => (index < start ? index : index - count);
  const faults = scenario.faults.flatMap((fault): Fault[] => {
    if (fault.kind === "partition")
      return [{ ...fault, order: fault.order.filter((index) => !isGone(index)).map(moved) }];
    if (fault.kind === "cut") {
      const { source, target } = fault;
      return isGone(source) || isGone(target) ? [] : [{ ...fault, source: moved(source), target: moved(target) }];
    }
    if (!("node" in fault)) return [fault];
    return isGone(fault.node) ? [] : [{ ...fault, node: moved(fault.node) }];
  });
  return {
    ...scenario,
    clocks: scenario.clocks.filter((_, index) => !isGone(index)),
    numbers: scenario.clocks.flatMap((_, index) => (isGone(index) ? [] : [scenario.numbers?.[index] ?? index])),
    starts: scenario.starts.filter((_, index) => !isGone(index)),
    ...(scenario.births && { births: scenario.births.filter((_, index) => !isGone(index)) }),
    values: scenario.values.filter(({ node }) => !isGone(node)).map((value) => ({ ...value, node: moved(value.node) })),
    faults,
  };
}

function* simplifications({
  clocks,
  births,
  starts,
  journal,
  latency,
  idLength,
  maxMessageBytes,
}: Scenario): Generator<Partial<Scenario>> {
  if (births?.some((birth) => birth > 0)) yield { births: births.map(() => 0) };
  if (clocks.some(({ drift }) => drift !== 0)) yield { clocks: clocks.map(({ origin }) => ({ origin, drift: 0 })) };
  if (starts.some((start) => start > 0)) yield { starts: starts.map(() => 0) };
  if (journal) yield { journal: false };
  if (idLength !== undefined) yield { idLength: 0 };
  if (maxMessageBytes !== undefined) yield { maxMessageBytes: 2 ** 23 };
  if (latency.kind !== "constant") yield { latency: { ...latency, kind: "constant" } };
}
