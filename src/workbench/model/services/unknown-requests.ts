import { excerpt } from "../printable.js";
import { quote } from "../protocol-rules.js";

/** Unanswered requests of one type that a service does not support. */
export interface UnknownRequests {
  readonly service: string;
  /** As JSON. */
  readonly type: string;
  /** The types of request that the service supports. */
  readonly known: readonly string[];
  /** The nodes that sent them. */
  readonly nodes: readonly string[];
  readonly count: number;
}

/** Upper bound on the kinds kept: a node may invent types without end. */
const MOST_KINDS = 10;

/** Counts the requests that no service answered. */
export class UnknownRequestCounts {
  private readonly counts: {
    service: string;
    type: string;
    known: readonly string[];
    nodes: string[];
    count: number;
  }[] = [];

  note(node: string, service: string, type: unknown, known: readonly string[]): void {
    const text = excerpt(quote(type));
    let kind = this.counts.find((each) => each.service === service && each.type === text);
    if (kind === undefined) {
      if (this.counts.length === MOST_KINDS) return;
      kind = { service, type: text, known, nodes: [], count: 0 };
      this.counts.push(kind);
    }
    kind.count++;
    if (!kind.nodes.includes(node)) kind.nodes.push(node);
  }

  /** The counts so far. */
  all(): readonly UnknownRequests[] {
    return this.counts;
  }
}

/** The counts as a sentence. */
export function describeUnknown({ service, type, known, nodes, count }: UnknownRequests): string {
  const requests = count === 1 ? "1 request" : `${count} requests`;
  const ways = known.length === 1 ? known[0] : `${known.slice(0, -1).join(", ")} and ${known.at(-1)}`;
  return `${service} left ${requests} of type ${type} from ${nodes.join(", ")} unanswered. As in Maelstrom, it supports only ${ways}.`;
}
