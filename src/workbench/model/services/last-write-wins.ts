import type { Random } from "../../../domain/ports/random.js";
import type { MessageBody } from "../message.js";
import { KEY_VALUE_REQUESTS, type KeyValues, workOut } from "./key-value.js";
import type { Service } from "./service.js";

interface Entry {
  readonly timestamp: number;
  readonly text: string;
}

/**
 * Maelstrom's `lww-kv`: two replicas, each with a Lamport clock. Before each request a random replica is merged into a random
 * one, perhaps itself; then a random replica answers the request. So reads may be stale, writes may be overwritten by older
 * ones, and `cas` protects nothing. Here, as in Maelstrom, its `cas` creates no keys.
 */
export class LastWriteWinsKeyValues implements Service {
  readonly knows = KEY_VALUE_REQUESTS;
  private readonly replicas = [new Replica(), new Replica()];

  constructor(private readonly random: Random) {}

  answer(_client: string, request: MessageBody): MessageBody {
    const [source, target] = [this.draw(), this.draw()];
    if (source !== target) target.merge(source);
    return this.draw().answer(request);
  }

  private draw(): Replica {
    return this.replicas[Math.floor(this.random.next() * this.replicas.length)] as Replica;
  }
}

class Replica implements KeyValues {
  private clock = 0;
  private readonly entries = new Map<string, Entry>();
  /** Keys that have changed here since the other replica was last brought up to date. */
  private readonly unmerged = new Set<string>();

  get(key: string): string | undefined {
    return this.entries.get(key)?.text;
  }

  answer(request: MessageBody): MessageBody {
    const { reply, write } = workOut(this, request, false);
    if (write !== undefined) this.set(write.key, { timestamp: this.clock++, text: write.text });
    return reply;
  }

  /** Exchanges newer entries with the other replica, in both directions. */
  merge(other: Replica): void {
    this.clock = Math.max(this.clock, other.clock);
    for (const key of other.unmerged) {
      const [mine, theirs] = [this.entries.get(key), other.entries.get(key) as Entry];
      if (mine === undefined || (mine !== theirs && mine.timestamp <= theirs.timestamp)) this.set(key, theirs);
    }
    other.unmerged.clear();
  }

  private set(key: string, entry: Entry): void {
    this.entries.set(key, entry);
    this.unmerged.add(key);
  }
}
