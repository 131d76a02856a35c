import type { BroadcastNode, BroadcastNodeFactory, ClusterView } from "../../src/domain/ports/broadcast-node.js";
import type { Log, LogEvent } from "../../src/domain/ports/log.js";
import type { MessageListener, MessageNotes, Transport } from "../../src/domain/ports/transport.js";
import type { JsonValue } from "../../src/domain/values/json-value.js";
import { ValueSet } from "../../src/domain/values/value-set.js";
import type { UnmetWriteConcern, WriteConcern } from "../../src/domain/write-concern/write-concern.js";

/** A transport whose messages a test puts in and takes out by hand. */
export class RecordingTransport implements Transport {
  maxMessageBytes = 1024 * 1024;
  readonly sent: { to: string; body: object }[] = [];
  private listener: MessageListener | undefined;

  send(to: string, body: object): void {
    this.sent.push({ to, body });
  }

  onMessage(listener: MessageListener): void {
    this.listener = listener;
  }

  async close(): Promise<void> {}

  /** Delivers a message; returns the messages sent because of it. */
  deliver(from: string, body: unknown, notes?: MessageNotes): { to: string; body: object }[] {
    const before = this.sent.length;
    this.listener?.(from, body, notes);
    return this.sent.slice(before);
  }
}

/** Keeps events and their texts, as the port of a node and as the log that an application gives. */
export class RecordingLog implements Log {
  readonly lines: string[] = [];
  readonly events: LogEvent[] = [];

  event(event: LogEvent): void {
    this.events.push(event);
    this.line(event.text);
  }

  line(text: string): void {
    this.lines.push(text);
  }
}

/** Replaces the protocol's engine: stores values, accepts them on request, and records its calls. */
export class RecordingNode implements BroadcastNode {
  readonly received: { from: string; body: unknown }[] = [];
  readonly started: ReadonlyMap<string, readonly string[]>[] = [];
  readonly waiting: ((shortfall?: UnmetWriteConcern) => void)[] = [];
  readonly assurances: (WriteConcern | undefined)[] = [];
  stopped = false;
  standsBy = 0;
  private readonly known = new ValueSet();

  constructor(readonly cluster: ClusterView) {}

  broadcast(value: JsonValue, answer: (shortfall?: UnmetWriteConcern) => void, assurance?: WriteConcern): void {
    this.known.add(value);
    this.waiting.push(answer);
    this.assurances.push(assurance);
  }

  confirmLatest(): never {
    throw new Error("Maelstrom's clients wait for their own values only");
  }

  retentionChanged(): never {
    throw new Error("Maelstrom has no topics");
  }

  probe(): never {
    throw new Error("Maelstrom's clients wait for their own values only");
  }

  values(): readonly JsonValue[] {
    return this.known.values();
  }

  dotted(): never {
    throw new Error("Maelstrom knows no dots");
  }

  gone(): [] {
    return [];
  }

  has(value: JsonValue): boolean {
    return this.known.has(value);
  }

  status(): never {
    throw new Error("Maelstrom does not ask how a node stands");
  }

  view(): never {
    throw new Error("Maelstrom does not ask how a node stands");
  }

  standBy(): void {
    this.standsBy++;
  }

  start(topology: ReadonlyMap<string, readonly string[]>): void {
    this.started.push(topology);
  }

  regroup(): void {
    throw new Error("on Maelstrom the members are fixed");
  }

  receive(from: string, body: unknown): void {
    if (from === "n2") throw new Error("n2 is too much for this node");
    this.received.push({ from, body });
  }

  stop(): void {
    this.stopped = true;
  }
}

/** A factory that keeps every node that it made. */
export function recordingNodes(): { nodes: RecordingNode[]; create: BroadcastNodeFactory } {
  const nodes: RecordingNode[] = [];
  const create = (cluster: ClusterView) => {
    const node = new RecordingNode(cluster);
    nodes.push(node);
    return node;
  };
  return { nodes, create };
}
