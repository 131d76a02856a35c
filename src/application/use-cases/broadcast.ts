import type { Transport } from "../../domain/ports/transport.js";
import type { BroadcastRequest } from "../wire/client-requests.js";
import { malformed } from "../wire/errors.js";
import { isLargerThan, largestValue } from "../wire/value-size.js";
import type { Membership } from "./membership.js";

/** Stores a client's value and lets it travel. */
export class Broadcast {
  constructor(
    private readonly membership: Membership,
    private readonly transport: Transport,
  ) {}

  /**
   * @param whenAccepted called once the value may be acknowledged
   * @throws {RequestError} 11 before `init`; 12 if the value is too large to travel to other members
   */
  execute(request: BroadcastRequest, whenAccepted: () => void): void {
    const { node } = this.membership.require();
    const limit = largestValue(this.transport);
    if (isLargerThan(limit, request.value))
      throw malformed(`the value takes more than ${limit} bytes of JSON, the most that a message can carry`);
    node.broadcast(request.value, whenAccepted);
  }
}
