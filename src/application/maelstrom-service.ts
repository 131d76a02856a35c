import type { Log } from "../domain/ports/log.js";
import type { MessageNotes, Transport } from "../domain/ports/transport.js";
import { clientRequestFailed, envelopeFailed, envelopeInvalid } from "./log-events.js";
import type { Broadcast } from "./use-cases/broadcast.js";
import type { Init } from "./use-cases/init.js";
import type { Membership } from "./use-cases/membership.js";
import type { Read } from "./use-cases/read.js";
import type { Topology } from "./use-cases/topology.js";
import { parseClientRequest } from "./wire/client-requests.js";
import { describeError } from "./wire/describe-error.js";
import { errorCodes, RequestError } from "./wire/errors.js";

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
 * A node of a Maelstrom cluster. It passes clients' requests to the use cases and answers them, and passes members' messages to the
 * protocol. Invalid requests of clients are answered with an error; other invalid messages are dropped with one log line. Neither
 * changes the node's state.
 */
export class MaelstromService {
  constructor(private readonly deps: MaelstromServiceDeps) {}

  /** Starts to receive messages. */
  start(): void {
    this.deps.transport.onMessage((from, body, notes) => this.take(from, body, notes));
  }

  /** Sends pending messages and schedules nothing more; the transport stays open until its owner closes it. */
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
      else this.drop(from, body, "a client's request needs msg_id, which must be an integer");
    }
  }

  private takeFromPeer(from: string, body: object): void {
    try {
      this.deps.membership.member?.node.receive(from, body);
    } catch (error) {
      this.deps.log.event(envelopeFailed({ ...originOf(from, body), reason: describeError(error) }));
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
      this.deps.log.event(clientRequestFailed({ client, reason: describeError(error) }));
      const text = "internal error of the node; its log (stderr) has the details";
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
    if (member === undefined) return "its sender is not a client, and before init no member is known";
    return from === member.cluster.self ? "its src is this node itself" : "its sender is neither a member nor a client";
  }

  private drop(from: string, body: unknown, reason: string): void {
    this.deps.log.event(envelopeInvalid({ ...originOf(from, body), reason }));
  }
}

/** The sender and the type of a message, for the log. */
function originOf(from: string, body: unknown): { from: string; type?: string } {
  const type = typeof body === "object" && body !== null && "type" in body ? body.type : undefined;
  return { from, ...(typeof type === "string" && { type }) };
}

/** Maelstrom names its clients `c1`, `c2`, …. */
function isClientId(id: string): boolean {
  return /^c\d+$/.test(id);
}
