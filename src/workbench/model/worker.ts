import type { Clock } from "../../domain/ports/clock.js";
import { type Answer, Client, type Reply } from "./client.js";
import type { CompleteEvent, InvokeEvent, OperationName } from "./history.js";
import type { Network } from "./network.js";
import { excerpt } from "./printable.js";
import { isDefiniteError, problemWithReply, quote } from "./protocol-rules.js";

/** Time that a client waits for a reply (ms). */
export const REQUEST_TIMEOUT = 5000;

/** Dependencies and listeners of a worker. */
export interface WorkerParts {
  readonly network: Network;
  readonly clock: Clock;
  /** The time since the workload began, in ms. */
  readonly time: () => number;
  readonly record: (event: InvokeEvent | CompleteEvent) => void;
  /** A reply to a client of `node` broke the rules. */
  readonly malformedReply: (node: string, problem: string, reply: Reply) => void;
  /** A reply to no request came; `operation` was the last one begun. */
  readonly strayReply: (operation: OperationName, inReplyTo: unknown) => void;
  /** A reply to a read came `after` ms, when the read had timed out. */
  readonly lateRead: (after: number) => void;
}

/** A worker's place among all workers. Its process numbers follow from it, as in Jepsen. */
interface WorkerPlace {
  /** Its first process number. */
  readonly index: number;
  /** How many workers there are. */
  readonly count: number;
}

/** An operation to perform. */
export type Task =
  | { readonly operation: "broadcast"; readonly value: number }
  | { readonly operation: "read"; readonly final?: true };

/**
 * One of the workload's clients, bound to one node, with one operation at a time. If the outcome of an operation is unknown,
 * the worker continues under a new process number and with a new client, as in Jepsen. A later reply then reaches no client.
 */
export class Worker {
  /** Whether it can take an operation. */
  free = true;
  private process: number;
  private client: Client | undefined;
  private lastOperation: OperationName = "read";

  constructor(
    private readonly parts: WorkerParts,
    readonly node: string,
    private readonly place: WorkerPlace,
  ) {
    this.process = place.index;
  }

  /** Performs an operation; calls `done` when it has ended, with any outcome. */
  perform(task: Task, done: () => void): void {
    const { parts, node, process } = this;
    const { operation } = task;
    this.free = false;
    this.lastOperation = operation;
    // After a broadcast timed out the client is closed, so a late reply answers a read.
    const stray = (inReplyTo: unknown) => parts.strayReply(this.lastOperation, inReplyTo);
    this.client ??= new Client(parts, node, { stray, late: parts.lateRead });
    parts.record({ type: "invoke", time: parts.time(), process, node, ...task });
    const body = operation === "broadcast" ? { type: operation, message: task.value } : { type: operation };
    this.client.request(body, REQUEST_TIMEOUT, (answer) => {
      const completion = this.judge(operation, answer);
      parts.record({ ...completion, time: parts.time(), process, node, operation });
      if (completion.type === "info") this.crash();
      this.free = true;
      done();
    });
  }

  private judge(
    operation: OperationName,
    answer: Answer,
  ): Omit<CompleteEvent, "time" | "process" | "node" | "operation"> {
    // A read changes nothing, so a read of unknown outcome has simply failed.
    const unknown = operation === "read" ? "fail" : "info";
    if (answer.kind === "timeout") return { type: unknown, error: `no answer within ${REQUEST_TIMEOUT} ms` };
    const { from, body, line } = answer;
    const printed = from === this.node ? { line } : { line, by: from };
    if (body.type === "error") {
      const code = body.code === undefined ? "without a code" : quote(body.code);
      const error = `error ${code}${typeof body.text === "string" ? `: ${excerpt(body.text)}` : ""}`;
      return { type: isDefiniteError(body) ? "fail" : unknown, error, ...printed };
    }
    const problem = problemWithReply(operation, body);
    if (problem !== undefined) {
      this.parts.malformedReply(this.node, problem, answer);
      return { type: "info", error: problem, ...printed };
    }
    if (operation === "broadcast") return { type: "ok", ...printed };
    if (body.messages === null) return { type: "ok", values: [], nullList: true, ...printed };
    return { type: "ok", values: body.messages as unknown[], ...printed };
  }

  private crash(): void {
    this.client?.close();
    this.client = undefined;
    this.process += this.place.count;
  }
}
