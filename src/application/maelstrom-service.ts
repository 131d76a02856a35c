import type { Log } from "../domain/ports/log.js";
import type { MessageNotes, Transport } from "../domain/ports/transport.js";
import type { Broadcast } from "./use-cases/broadcast.js";
import type { Init } from "./use-cases/init.js";
import type { Membership } from "./use-cases/membership.js";
import type { Read } from "./use-cases/read.js";
import type { Topology } from "./use-cases/topology.js";
import { parseClientRequest } from "./wire/client-requests.js";
import { describeError } from "./wire/describe-error.js";
import { errorCodes, RequestError } from "./wire/errors.js";
import { excerpt } from "./wire/excerpt.js";

interface MaelstromServiceDeps {
  readonly transport: Transport;
  readonly log: Log;
  readonly membership: Membership;
  readonly init: Init;
  readonly topology: Topology;
  readonly broadcast: Broadcast;
  readonly read: Read;
}

/**
 * A node of a Maelstrom cluster: gives clients' requests to the use cases and answers them, and gives members' messages to
 * the protocol. Bad requests of clients are answered with an error; anything else that is bad is dropped with one line of
 * the log. Neither changes the node's state.
 */
export class MaelstromService {
  constructor(private readonly deps: MaelstromServiceDeps) {}

  /** Begins to take messages. */
  start(): void {
    this.deps.transport.onMessage((from, body, notes) => this.take(from, body, notes));
  }

  /** Sends what is pending and schedules nothing more; the transport stays open until its owner closes it. */
  stop(): void {
    this.deps.membership.member?.node.stop();
  }

  private take(from: string, body: unknown, notes?: MessageNotes): void {
    if (typeof body !== "object" || body === null) {
      this.drop(from, body, "its body is not an object");
    } else if (this.deps.membership.isPeer(from)) {
      this.takeFromPeer(from, body);
    } else if (!isClientId(from)) {
      this.drop(from, body, this.whyNotAPeer(from));
    } else {
      const requestId = "msg_id" in body ? body.msg_id : undefined;
      if (Number.isSafeInteger(requestId)) this.takeFromClient(from, requestId as number, body, notes);
      else this.drop(from, body, "a client's request needs msg_id, an integer");
    }
  }

  private takeFromPeer(from: string, body: object): void {
    try {
      this.deps.membership.member?.node.receive(from, body);
    } catch (error) {
      this.drop(from, body, `handling it failed: ${describeError(error)}`);
    }
  }

  private takeFromClient(client: string, requestId: number, body: object, notes?: MessageNotes): void {
    try {
      this.serve(client, requestId, body, notes);
    } catch (error) {
      if (error instanceof RequestError) {
        this.refuse(client, requestId, error);
        return;
      }
      this.deps.log.line(`a request of ${client} failed: ${describeError(error)}`);
      const text = "the node failed to serve the request; its log says more";
      this.refuse(client, requestId, new RequestError(errorCodes.crash, text));
    }
  }

  private refuse(client: string, requestId: number, { code, message }: RequestError): void {
    this.deps.transport.send(client, { type: "error", in_reply_to: requestId, code, text: message });
  }

  private serve(client: string, requestId: number, body: object, notes?: MessageNotes): void {
    const request = parseClientRequest(body, notes);
    switch (request.type) {
      case "init":
        this.deps.init.execute(request);
        break;
      case "topology":
        this.deps.topology.execute(request);
        break;
      case "broadcast":
        this.deps.broadcast.execute(request, (error) => {
          if (error === undefined) this.deps.transport.send(client, { type: "broadcast_ok", in_reply_to: requestId });
          else this.refuse(client, requestId, error);
        });
        return;
      case "read":
        this.deps.transport.send(client, {
          type: "read_ok",
          messages: this.deps.read.execute(),
          in_reply_to: requestId,
        });
        return;
    }
    this.deps.transport.send(client, { type: `${request.type}_ok`, in_reply_to: requestId });
  }

  private whyNotAPeer(from: string): string {
    const member = this.deps.membership.member;
    if (member === undefined) return "no member is known before init, and its sender is no client";
    return from === member.cluster.self ? "it claims to come from this node" : "its sender is no member and no client";
  }

  private drop(from: string, body: unknown, reason: string): void {
    const type = typeof body === "object" && body !== null && "type" in body ? body.type : undefined;
    const what = typeof type === "string" ? `a message of type ${excerpt(type)}` : "a message without a type";
    this.deps.log.line(`dropped ${what} from ${excerpt(from)}: ${reason}`);
  }
}

/** Maelstrom names its clients `c1`, `c2`, …. */
function isClientId(id: string): boolean {
  return /^c\d+$/.test(id);
}
