import type { PeerMessage } from "../../domain/messages.js";
import type { MessageListener, Transport } from "../../domain/ports/transport.js";

/** The parts of a message that are counted. Nothing is known of one that came from another member. */
interface Counted {
  readonly type?: unknown;
  readonly ask?: unknown;
  readonly round?: { readonly round?: unknown } | undefined;
}

/** Each type on the wire, so that the compiler demands new ones. Other types are counted together: members may send any. */
const TYPES: Readonly<Record<PeerMessage["type"] | "part", true>> = {
  gossip: true,
  gossip_ok: true,
  digest: true,
  summary: true,
  probe: true,
  probe_ok: true,
  holdings: true,
  stable: true,
  stale: true,
  part: true,
};

/** A transport that counts what goes through it. */
export class CountingTransport implements Transport {
  sentMessages = 0;
  sentBytes = 0;
  receivedMessages = 0;
  /** Messages by type. */
  readonly sent = new Map<string, number>();
  readonly received = new Map<string, number>();
  /** Bytes of JSON by type. */
  readonly bytes = new Map<string, number>();
  /** Messages that were sent because an acknowledgement was missing, with the values that may be lost. */
  retransmissions = 0;
  /** Rounds that this node took part in. */
  rounds = 0;
  private lastRound: unknown;
  /** The values of the last message and the bytes of their JSON: they often go to one member after the other. */
  private last: { readonly values: readonly unknown[]; readonly bytes: number } | undefined;

  constructor(private readonly inner: Transport) {}

  get maxMessageBytes(): number {
    return this.inner.maxMessageBytes;
  }

  send(to: string, body: object): void {
    const size = this.sizeOf(body);
    const type = this.typeOf(body);
    this.sentMessages++;
    this.sentBytes += size;
    add(this.sent, type, 1);
    add(this.bytes, type, size);
    if ((body as Counted).ask === true) this.retransmissions++;
    this.inner.send(to, body);
  }

  onMessage(listener: MessageListener): void {
    this.inner.onMessage((from, body, notes) => {
      this.receivedMessages++;
      add(this.received, this.typeOf(body), 1);
      listener(from, body, notes);
    });
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private typeOf(body: unknown): string {
    if (typeof body !== "object" || body === null) return "other";
    const { type, round } = body as Counted;
    // The schedule of a round goes from each parent to its children, so a node sees each number several times.
    if (round !== undefined && round?.round !== this.lastRound) {
      this.lastRound = round?.round;
      this.rounds++;
    }
    return typeof type === "string" && Object.hasOwn(TYPES, type) ? type : "other";
  }

  /** Bytes of a message's JSON. */
  private sizeOf(body: object): number {
    const { values } = body as { readonly values?: unknown };
    if (!Array.isArray(values) || values.length < FEW) return sizeOfJson(body);
    if (this.last?.values !== values) this.last = { values, bytes: sizeOfJson(values) };
    return sizeOfJson({ ...body, values: [] }) - EMPTY_LIST + this.last.bytes;
  }
}

/** Below this number of values the memory of them saves nothing. */
const FEW = 4;
const EMPTY_LIST = "[]".length;

function sizeOfJson(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
