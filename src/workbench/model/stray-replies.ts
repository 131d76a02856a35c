import type { EndEvent, OperationName, StrayReplies } from "./history.js";
import { jsonText } from "./number-literals.js";
import { excerpt } from "./printable.js";

/** Upper bound on the different values of `in_reply_to` that are kept. */
const MOST_EXAMPLES = 4;

/** Counts the replies that answer no request, by the operation in progress. */
export class StrayReplyCounts {
  private readonly counts = new Map<OperationName, { count: number; examples: string[] }>();

  get isEmpty(): boolean {
    return this.counts.size === 0;
  }

  note(operation: OperationName, inReplyTo: unknown): void {
    const counted = this.counts.get(operation) ?? { count: 0, examples: [] };
    this.counts.set(operation, counted);
    counted.count++;
    if (counted.examples.length === MOST_EXAMPLES) return;
    const example = excerpt(jsonText(inReplyTo));
    if (!counted.examples.includes(example)) counted.examples.push(example);
  }

  summary(): NonNullable<EndEvent["strayReplies"]> {
    return Object.fromEntries(this.counts) as { [Operation in OperationName]?: StrayReplies };
  }
}
