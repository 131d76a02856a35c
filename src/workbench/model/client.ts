import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { MessageBody } from "./message.js";
import type { Network } from "./network.js";

/** A reply, with the node that printed it and its line number among that node's lines. */
export interface Reply {
  readonly kind: "reply";
  readonly from: string;
  readonly body: MessageBody;
  readonly line: number;
}

/** The result of a request: a reply or a timeout. `stray` is the first message to this client that answered another request. */
export type Answer = Reply | { readonly kind: "timeout"; readonly stray: MessageBody | undefined };

interface ClientDeps {
  readonly network: Network;
  readonly clock: Clock;
}

interface ClientListener {
  /** Called for replies whose `in_reply_to` is not the id of any request of this client. */
  readonly stray?: (inReplyTo: unknown) => void;
  /** Called for the first late reply to each request that timed out, with the time since the request in ms. */
  readonly late?: (after: number) => void;
}

/** A client of one node, with one request at a time. It ignores replies to requests that timed out, as in Maelstrom. */
export class Client {
  /** The client's id on the network. */
  readonly id: string;
  private requests = 0;
  private pending: { readonly id: number; readonly answered: (answer: Answer) => void; cancel: CancelTask } | undefined;
  private last: { readonly type: unknown; readonly id: number; readonly askedAt: number } | undefined;
  private stray: MessageBody | undefined;
  /** Start times of the requests that timed out, by id; ms of the clock. */
  private readonly givenUp = new Map<unknown, number>();

  constructor(
    private readonly deps: ClientDeps,
    private readonly nodeId: string,
    private readonly listener: ClientListener = {},
  ) {
    this.id = deps.network.openClient(({ src, body }, line) => {
      if (this.pending !== undefined && body.in_reply_to === this.pending.id) {
        this.settle({ kind: "reply", from: src, body, line });
        return;
      }
      this.stray ??= body;
      const askedAt = this.givenUp.get(body.in_reply_to);
      if (askedAt !== undefined && this.givenUp.delete(body.in_reply_to))
        this.listener.late?.(deps.clock.now() - askedAt);
      else if (!this.hasSent(body.in_reply_to)) this.listener.stray?.(body.in_reply_to);
    });
  }

  /** Sends a request; `answered` is called once, after at most `timeout` ms. */
  request(body: MessageBody, timeout: number, answered: (answer: Answer) => void): void {
    if (this.pending !== undefined) throw new Error(`client ${this.id} already has a request in progress`);
    const id = ++this.requests;
    const askedAt = this.deps.clock.now();
    const cancel = this.deps.clock.schedule(timeout, () => {
      this.givenUp.set(id, askedAt);
      this.settle({ kind: "timeout", stray: this.stray });
    });
    this.pending = { id, answered, cancel };
    this.last = { type: body.type, id, askedAt };
    this.stray = undefined;
    this.deps.network.sendFromClient(this.id, this.nodeId, { ...body, msg_id: id });
  }

  /** Leaves the network. A request in progress is never answered. */
  close(): void {
    this.pending?.cancel();
    this.pending = undefined;
    this.deps.network.closeClient(this.id, this.last);
  }

  private hasSent(id: unknown): boolean {
    return typeof id === "number" && Number.isInteger(id) && id >= 1 && id <= this.requests;
  }

  private settle(answer: Answer): void {
    const pending = this.pending;
    if (pending === undefined) return;
    this.pending = undefined;
    pending.cancel();
    pending.answered(answer);
  }
}
