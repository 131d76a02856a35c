import type { Random } from "../../../domain/ports/random.js";
import type { MessageBody } from "../message.js";
import { canonicalText } from "./canonical-text.js";
import { KEY_VALUE_REQUESTS, type KeyValues, workOut } from "./key-value.js";
import type { Service } from "./service.js";

/** Number of states kept, including the newest. */
const STATES = 32;

/** A key's value before a change; `undefined` if there was no such key. */
interface Undo {
  readonly key: string;
  readonly text: string | undefined;
}

/**
 * Maelstrom's `seq-kv`. A request that changes nothing may work on an old state: any one between the last state that its client
 * has seen and the newest, with equal probabilities. All other requests work on the newest state, which their client has then
 * seen. So each client sees time pass in one direction, and may lag behind.
 *
 * The same holds for writes: a write that would not have changed an old state has happened there. A client that was away
 * for more than `STATES` changes finds no older state than that; in Maelstrom its index wraps around, so it may see time run
 * backwards.
 */
export class SequentialKeyValues implements Service {
  readonly knows = KEY_VALUE_REQUESTS;
  private readonly newest = new Map<string, string>();
  /** Number of changes so far. The state before change i, from 0, has the index i. */
  private changes = 0;
  /** The steps that would undo the last changes, the oldest first. */
  private readonly undos: Undo[] = [];
  /** The index of the last state that each client has seen. */
  private readonly seen = new Map<string, number>();

  constructor(private readonly random: Random) {}

  answer(client: string, request: MessageBody): MessageBody {
    const oldest = Math.max(this.seen.get(client) ?? 0, this.changes - this.undos.length);
    const index = oldest + Math.floor(this.random.next() * (this.changes - oldest + 1));
    const state = this.stateAt(index);
    const { reply, write } = workOut(state, request, true);
    if (write === undefined || state.get(write.key) === write.text) {
      this.seen.set(client, index);
      return reply;
    }
    return this.answerNow(client, request);
  }

  private answerNow(client: string, request: MessageBody): MessageBody {
    const { reply, write } = workOut(this.newest, request, true);
    // A request that changes nothing still takes its place in the order.
    const key = write?.key ?? canonicalText(request.key);
    this.undos.push({ key, text: this.newest.get(key) });
    if (this.undos.length === STATES) this.undos.shift();
    if (write !== undefined) this.newest.set(key, write.text);
    this.seen.set(client, ++this.changes);
    return reply;
  }

  private stateAt(index: number): KeyValues {
    const later = this.undos.slice(this.undos.length - (this.changes - index));
    return {
      get: (key) => {
        const undo = later.find((each) => each.key === key);
        return undo === undefined ? this.newest.get(key) : undo.text;
      },
    };
  }
}
