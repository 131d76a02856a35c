import type { MessageBody } from "../message.js";
import type { Service } from "./service.js";

/** Maelstrom's `lin-tso`: the integers 0, 1, 2, …, one per request. */
export class TimestampOracle implements Service {
  readonly knows = ["ts"];
  private next = 0;

  answer(): MessageBody {
    return { type: "ts_ok", ts: this.next++ };
  }
}
