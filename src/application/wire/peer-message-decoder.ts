import type { PeerMessage } from "../../domain/messages.js";
import type { Clock } from "../../domain/ports/clock.js";
import type { Log } from "../../domain/ports/log.js";
import type { MessageDecoder } from "../../domain/ports/message-decoder.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { peerMessageInvalid } from "../log-events.js";
import { Assembly } from "./parts.js";
import { parsePeerMessage } from "./peer-messages.js";

/** Puts together what came in parts, and validates it. */
export class PeerMessageDecoder implements MessageDecoder {
  private readonly assembly: Assembly;

  constructor(private readonly deps: { readonly clock: Pick<Clock, "now">; readonly log: Log }) {
    this.assembly = new Assembly(deps.clock);
  }

  decode(from: MemberId, body: unknown): PeerMessage | undefined {
    const whole = this.assembly.take(from, body);
    if (whole === undefined) return undefined;
    const message = parsePeerMessage(whole);
    if (typeof message !== "string") return message;
    this.deps.log.event(peerMessageInvalid({ member: from, reason: message }));
    return undefined;
  }

  forget(member: MemberId): void {
    this.assembly.forget(member);
  }
}
