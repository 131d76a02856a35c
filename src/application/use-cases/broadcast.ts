import { WRITE_CONCERN } from "../../domain/config.js";
import type { Log } from "../../domain/ports/log.js";
import type { Transport } from "../../domain/ports/transport.js";
import { describeUnmet, type WriteConcern } from "../../domain/write-concern/write-concern.js";
import type { DurabilitySettings } from "../settings/durability.js";
import type { BroadcastRequest } from "../wire/client-requests.js";
import { errorCodes, malformed, RequestError } from "../wire/errors.js";
import { isLargerThan, largestValue } from "../wire/value-size.js";
import type { Membership } from "./membership.js";

interface BroadcastDeps {
  readonly membership: Membership;
  readonly transport: Transport;
  readonly log: Log;
  /** `ack`: how many nodes have a value before it is acknowledged. */
  readonly settings: Pick<DurabilitySettings, "ack">;
}

/** Stores a client's value and lets it travel. */
export class Broadcast {
  /** Has the operator been told that fewer nodes are there than are to have each value? Once is enough. */
  private warned = false;

  constructor(private readonly deps: BroadcastDeps) {}

  /**
   * @param answer called once: with nothing when the value may be acknowledged, or with error 0 if it could not be in time
   * @throws {RequestError} 11 before `init`; 12 if the value is too large to travel to other members
   */
  execute(request: BroadcastRequest, answer: (error?: RequestError) => void): void {
    const { cluster, node } = this.deps.membership.require();
    const limit = largestValue(this.deps.transport);
    if (isLargerThan(limit, request.value))
      throw malformed(`the value takes more than ${limit} bytes of JSON, the most that a message can carry`);
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
    if (!this.warned)
      this.deps.log.line(
        `--ack ${ack} is more than the ${size} nodes of this cluster: a value is acknowledged once all have it`,
      );
    this.warned = true;
    return "all";
  }
}
