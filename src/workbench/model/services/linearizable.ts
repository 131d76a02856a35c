import type { MessageBody } from "../message.js";
import { KEY_VALUE_REQUESTS, workOut } from "./key-value.js";
import type { Service } from "./service.js";

/** Maelstrom's `lin-kv`: every request works on the newest state. */
export class LinearizableKeyValues implements Service {
  readonly knows = KEY_VALUE_REQUESTS;
  private readonly values = new Map<string, string>();

  answer(_client: string, request: MessageBody): MessageBody {
    const { reply, write } = workOut(this.values, request, true);
    if (write !== undefined) this.values.set(write.key, write.text);
    return reply;
  }
}
