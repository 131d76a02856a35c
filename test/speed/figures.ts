import Table from "cli-table3";

/** One figure beside its baseline, both measured in the same run. */
export interface Figure {
  readonly name: string;
  /** Of the measured part, in `unit`. */
  readonly value: number;
  /** Of the baseline, in the same unit. */
  readonly baseline: number;
  readonly unit: string;
  /** How well the measured part does: 1 is as well as the baseline, 0.5 half as well. Higher is better in every figure. */
  readonly ratio: number;
  /** The lowest and highest ratio of all rounds, if there were several. */
  readonly spread?: readonly [lowest: number, highest: number];
  /** The ratio that this project wants to reach. */
  readonly target?: number;
}

/** The figures of one run. */
export interface Run {
  readonly node: string;
  readonly cores: number;
  /** The machine's load average over the last minute, at the end. */
  readonly load?: number;
  readonly figures: readonly Figure[];
}

/** What a figure of several rounds is worth: the round with the median ratio, and the spread of all ratios. */
export function medianFigure(rounds: readonly Figure[]): Figure {
  const sorted = rounds.toSorted((one, other) => one.ratio - other.ratio);
  const median = sorted[Math.floor(sorted.length / 2)] as Figure;
  if (rounds.length === 1) return median;
  return { ...median, spread: [(sorted[0] as Figure).ratio, (sorted.at(-1) as Figure).ratio] };
}

/** The median figures of several rounds, in the order in which they first occur. */
export function medianFigures(rounds: readonly Figure[]): Figure[] {
  const byName = new Map<string, Figure[]>();
  for (const figure of rounds) byName.set(figure.name, [...(byName.get(figure.name) ?? []), figure]);
  return [...byName.values()].map(medianFigure);
}

/** A figure of which less is better, such as a time. */
export function cost(name: string, unit: string, value: number, baseline: number): Figure {
  return { name, value, baseline, unit, ratio: baseline / value };
}

/** A figure of which more is better, such as a rate. */
export function rate(name: string, unit: string, value: number, baseline: number): Figure {
  return { name, value, baseline, unit, ratio: value / baseline };
}

/** A figure whose ratio is another one than before. */
export interface Change {
  readonly name: string;
  readonly before: number;
  readonly now: number;
}

/** The figures that both runs have. */
export function changesBetween(before: Run, now: Run): Change[] {
  return now.figures.flatMap(({ name, ratio }) => {
    const known = before.figures.find((figure) => figure.name === name);
    return known === undefined ? [] : [{ name, before: known.ratio, now: ratio }];
  });
}

/**
 * The changes in which the ratio got worse by half or more. A ratio that is no number counts as worse: its figure was not
 * measured.
 */
export function halved(changes: readonly Change[]): Change[] {
  return changes.filter(({ before, now }) => !(now > before / 2));
}

/** The figures as a table. */
export function figuresTable(figures: readonly Figure[]): string {
  const table = new Table({
    head: ["", "measured", "baseline", "", "ratio", "rounds", "target"],
    colAligns: ["left", "right", "right", "left", "right", "right", "left"],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, value, baseline, unit, ratio, spread, target } of figures)
    table.push([
      name,
      rounded(value),
      rounded(baseline),
      unit,
      ratio.toFixed(2),
      spread?.map((each) => each.toFixed(2)).join("–") ?? "",
      target === undefined ? "" : `${target.toFixed(2)} ${ratio >= target ? "reached" : "missed"}`,
    ]);
  return table.toString();
}

/** The changes as a table. */
export function changesTable(changes: readonly Change[]): string {
  const table = new Table({
    head: ["ratio", "before", "now", "change"],
    colAligns: ["left", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, before, now } of changes)
    table.push([name, before.toFixed(2), now.toFixed(2), `${now >= before ? "+" : ""}${percent(now / before - 1)}`]);
  return table.toString();
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

/** A number as tables show it. */
export function rounded(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);
}
