import { type Message, typeOf } from "../model/message.js";
import type { MessageWatcher } from "../model/message-watcher.js";
import { candidatesIn } from "./carried-values.js";
import type { RecordedMessage } from "./data/run-report.js";

/** Recorded messages, and the values that clients gave to nodes. Times in ms since the workload began. */
export interface Recording {
  /** The nodes, followed by the services that they used. */
  readonly nodes: readonly string[];
  readonly services: readonly string[];
  readonly types: readonly string[];
  readonly causes: readonly string[];
  readonly messages: readonly RecordedMessage[];
  /** Time when each value was handed to its first node. */
  readonly received: ReadonlyMap<number, number>;
  /** Number of messages after the recording was full. */
  readonly unrecorded: number;
}

/** Upper bounds of a recording: memory is limited, and larger pages are of no use. */
export interface RecordingLimits {
  readonly messages: number;
  /** Values in all messages together: a node may send all its values in each. */
  readonly values: number;
}

const LIMITS: RecordingLimits = { messages: 1_000_000, values: 20_000_000 };

type Draft = { -readonly [Key in keyof RecordedMessage]: RecordedMessage[Key] };

/**
 * Records every message between the nodes, with its values: those integers that may be values and that its sender can have
 * had, because it was given them, or sent them, before.
 */
export class Recorder implements MessageWatcher {
  private origin = 0;
  private readonly drafts: Draft[] = [];
  private readonly ofMessage = new WeakMap<Message, Draft>();
  private readonly nodes = new Names();
  private readonly known: Set<number>[] = [];
  private readonly receivedAt = new Map<number, number>();
  private readonly types = new Names();
  private readonly causes = new Names();

  private readonly nodeCount: number;
  private valuesKept = 0;
  private unrecorded = 0;

  /** @param nodes other participants that exchange messages with them are services */
  constructor(
    nodes: readonly string[],
    private readonly limits = LIMITS,
  ) {
    this.nodeCount = nodes.length;
    for (const node of nodes) this.indexOf(node);
  }

  workloadBegan(at: number): void {
    this.origin = at;
  }

  sent(at: number, message: Message, bytes: number): void {
    // After a gap nothing more is recorded, so that the recording is a complete beginning of the run.
    if (this.unrecorded > 0 || this.drafts.length >= this.limits.messages || this.valuesKept >= this.limits.values) {
      this.unrecorded++;
      return;
    }
    const from = this.indexOf(message.src);
    const { body } = message;
    const draft: Draft = {
      from,
      to: this.indexOf(message.dest),
      type: this.types.indexOf(typeOf(body)),
      sentAt: at,
      values: [...new Set(candidatesIn(body))].filter((value) => this.known[from]?.has(value)),
      up: body.up === true,
      bytes,
    };
    this.valuesKept += draft.values.length;
    this.drafts.push(draft);
    this.ofMessage.set(message, draft);
  }

  delivered(at: number, message: Message): void {
    const draft = this.endOf(at, message);
    if (draft === undefined) this.requestDelivered(at, message);
    else for (const value of draft.values) this.known[draft.to]?.add(value);
  }

  lost(at: number, message: Message, cause: string): void {
    const draft = this.endOf(at, message);
    if (draft !== undefined) draft.lostBy = this.causes.indexOf(cause);
  }

  /** Whether a node knows a value by the messages so far. */
  knows(node: number, value: number): boolean {
    return this.known[node]?.has(value) ?? false;
  }

  /** The recording so far. */
  recording(): Recording {
    const relative = (at: number) => toMicroseconds(at - this.origin);
    return {
      nodes: this.nodes.list,
      services: this.nodes.list.slice(this.nodeCount),
      types: this.types.list,
      causes: this.causes.list,
      messages: this.drafts
        .toSorted((one, other) => one.sentAt - other.sentAt)
        .map((draft) => ({
          ...draft,
          sentAt: relative(draft.sentAt),
          ...(draft.endedAt !== undefined && { endedAt: relative(draft.endedAt) }),
        })),
      received: new Map([...this.receivedAt].map(([value, at]) => [value, relative(at)])),
      unrecorded: this.unrecorded,
    };
  }

  /** The record of the copy of a message that has come to its end. */
  private endOf(at: number, message: Message): Draft | undefined {
    let draft = this.ofMessage.get(message);
    if (draft === undefined) return undefined;
    if (draft.endedAt !== undefined) {
      const { lostBy: _, ...copy } = draft;
      draft = copy;
      this.drafts.push(draft);
    }
    draft.endedAt = at;
    return draft;
  }

  private requestDelivered(at: number, { src, dest, body }: Message): void {
    const value = body.message;
    // A message between nodes that was not recorded is not a request of a client.
    if (this.nodes.has(src)) return;
    if (body.type !== "broadcast" || typeof value !== "number") return;
    if (!this.receivedAt.has(value)) this.receivedAt.set(value, at);
    this.known[this.indexOf(dest)]?.add(value);
  }

  private indexOf(node: string): number {
    const index = this.nodes.indexOf(node);
    this.known[index] ??= new Set();
    return index;
  }
}

/** Names, numbered in the order in which they come. */
class Names {
  readonly list: string[] = [];
  private readonly indexes = new Map<string, number>();

  has(name: string): boolean {
    return this.indexes.has(name);
  }

  indexOf(name: string): number {
    const known = this.indexes.get(name);
    if (known !== undefined) return known;
    const index = this.list.push(name) - 1;
    this.indexes.set(name, index);
    return index;
  }
}

function toMicroseconds(time: number): number {
  return Math.round(time * 1000) / 1000;
}
