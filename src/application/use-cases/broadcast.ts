import { type JsonValue, jsonSizeBound } from "../../domain/json-value.js";
import type { Transport } from "../../domain/ports/transport.js";
import type { BroadcastRequest } from "../wire/client-requests.js";
import { malformed } from "../wire/errors.js";
import type { Membership } from "./membership.js";

/** Room in a message to another member for what goes with a value. */
const ENVELOPE_BYTES = 64 * 1024;

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
    const limit = this.transport.maxMessageBytes - ENVELOPE_BYTES;
    if (isLarger(request.value, limit))
      throw malformed(`the value takes more than ${limit} bytes of JSON, the most that a message can carry`);
    node.broadcast(request.value, whenAccepted);
  }
}

/** Measures only what might be too large; what was read may grow when it is written: `1e20` takes 21 characters. */
function isLarger(value: JsonValue, bytes: number): boolean {
  return jsonSizeBound(value) > bytes && new TextEncoder().encode(JSON.stringify(value)).length > bytes;
}
