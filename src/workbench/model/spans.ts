/** A span of time, in ms. */
export type Span = readonly [from: number, to: number];

/** The part of the time from `from` to `to` that the spans cover (ms). */
export function coveredWithin(spans: readonly Span[], from: number, to: number): number {
  let total = 0;
  for (const [start, end] of spans) total += Math.max(0, Math.min(end, to) - Math.max(start, from));
  return total;
}

/** The spans without the parts that the others cover. Both lists are sorted, and no two spans of one list overlap. */
export function without(spans: readonly Span[], others: readonly Span[]): Span[] {
  const left: Span[] = [];
  let next = 0;
  for (const [start, end] of spans) {
    let from = start;
    while (next < others.length && (others[next] as Span)[1] <= start) next++;
    for (let index = next; index < others.length && (others[index] as Span)[0] < end; index++) {
      const [cutFrom, cutTo] = others[index] as Span;
      if (cutFrom > from) left.push([from, cutFrom]);
      from = Math.max(from, cutTo);
    }
    if (from < end) left.push([from, end]);
  }
  return left;
}

/** The total length of the spans (ms). */
export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, [from, to]) => sum + to - from, 0);
}
