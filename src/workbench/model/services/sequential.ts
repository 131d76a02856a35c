import type { Random } from "../../../domain/ports/random.js";
import type { MessageBody } from "../message.js";
import { canonicalText } from "./canonical-text.js";
import { KEY_VALUE_REQUESTS, type KeyValues, workOut } from "./key-value.js";
import type { Service } from "./service.js";

/** So many states are kept, the newest among them. */
const STATES = 32;

/** What a key's value was before a change; undefined if there was no such key. */
interface Undo {
  readonly key: string;
  readonly text: string | undefined;
}

/**
 * Maelstrom's `seq-kv`: a request that changes nothing may work on an old state, any of those from the one that its client
 * has seen last to the newest, each as likely as the others. All other requests work on the newest one, which their client
 * has then seen. So each client sees time pass in one direction, and may lag behind.
 *
 * That goes for writes as well: one that would not have changed an old state has happened there. A client that was away
 * for more than `STATES` changes finds none older than that; in Maelstrom it may then see time run backwards, by an index
 * that wraps around.
 */
export class SequentialKeyValues implements Service {
  readonly knows = KEY_VALUE_REQUESTS;
  private readonly newest = new Map<string, string>();
  /** How many changes there were. The state before change i, from 0, has the index i. */
  private changes = 0;
  /** What would undo the last changes, the oldest first. */
  private readonly undos: Undo[] = [];
  /** The index of the state that each client has seen last. */
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
    // What changes nothing takes its place in the order all the same.
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
