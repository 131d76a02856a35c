import { WRITE_CONCERN } from "../../domain/config.js";
import type { Log } from "../../domain/ports/log.js";
import type { Transport } from "../../domain/ports/transport.js";
import { describeUnmet, type WriteConcern } from "../../domain/write-concern/write-concern.js";
import { ackExceedsNodes } from "../log-events.js";
import type { DurabilitySettings } from "../settings/durability.js";
import type { BroadcastRequest } from "../wire/client-requests.js";
import { errorCodes, malformed, RequestError } from "../wire/errors.js";
import { isLargerThan, largestValue } from "../wire/value-size.js";
import type { Membership } from "./membership.js";

interface BroadcastDeps {
  readonly membership: Membership;
  readonly transport: Transport;
  readonly log: Log;
  /** `ack`: number of nodes that have a value before it is acknowledged. */
  readonly settings: Pick<DurabilitySettings, "ack">;
}

/** Stores a client's value and spreads it. */
export class Broadcast {
  /** Whether the log already says that the cluster has fewer nodes than --ack asks for. */
  private warned = false;

  constructor(private readonly deps: BroadcastDeps) {}

  /**
   * @param answer called once: without an argument when the value may be acknowledged, or with error 0 if that took too long
   * @throws {RequestError} 11 before `init`; 12 if the value is too large for a message between members
   */
  execute(request: BroadcastRequest, answer: (error?: RequestError) => void): void {
    const { cluster, node } = this.deps.membership.require();
    const limit = largestValue(this.deps.transport);
    if (isLargerThan(limit, request.value))
      throw malformed(
        `the value takes more than ${limit} bytes of JSON, the limit of a message between nodes; broadcast it in parts`,
      );
    const assurance: WriteConcern = { nodes: this.nodesOf(cluster.members.length), timeout: WRITE_CONCERN.timeout };
    node.broadcast(
      request.value,
      (shortfall) =>
        answer(
          shortfall &&
            new RequestError(
              errorCodes.timeout,
              `not confirmed within ${WRITE_CONCERN.timeout} ms: ${describeUnmet(shortfall)}`,
            ),
        ),
      assurance,
    );
  }

  private nodesOf(size: number): WriteConcern["nodes"] {
    const { ack } = this.deps.settings;
    if (ack === "local") return 1;
    if (ack === "all" || ack <= size) return ack;
    if (!this.warned) this.deps.log.event(ackExceedsNodes({ ack, size }));
    this.warned = true;
    return "all";
  }
}
