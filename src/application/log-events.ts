import { logEvent } from "../domain/log/log-event.js";
import type { MemberId } from "../domain/ports/transport.js";
import { excerpt } from "./wire/excerpt.js";

/** Members have changed in the same way. `more` of them are not named; the cluster has `size` members now. */
type Change = { readonly members: readonly MemberId[]; readonly more?: number; readonly size: number };

/** @param ofSeveral the change if there are several members. Default: as for one */
function describe({ members, more = 0, size }: Change, change: string, ofSeveral = change): string {
  const others = more > 0 ? ` and ${more} more` : "";
  const said = members.length + more === 1 ? change : ofSeveral;
  return `${members.join(", ")}${others} ${said}; the cluster has ${size} ${size === 1 ? "member" : "members"}`;
}

export const memberJoined = logEvent("member-joined", "info", (change: Change) => describe(change, "joined"));

export const memberLeft = logEvent("member-left", "info", (change: Change) => describe(change, "left"));

/** Members are gone without a goodbye. `silence` is the time without a heartbeat, in ms. */
export const memberLost = logEvent("member-lost", "warn", ({ silence, ...change }: Change & { silence?: number }) => {
  if (silence === undefined)
    return describe(change, "was silent for too long and counts as gone", "were silent for too long and count as gone");
  const reason = `sent nothing for ${silence} ms`;
  return describe(change, `${reason} and counts as gone`, `${reason} and count as gone`);
});

export const memberSuspected = logEvent("member-suspected", "warn", (change: Change) =>
  describe(change, "is suspected", "are suspected"),
);

export const memberBack = logEvent("member-back", "info", (change: Change) => describe(change, "is back", "are back"));

/** Advice about two processes with one id. */
export const STOP_ONE = "every member needs its own id, so stop one of them";

/** Another process uses this node's id. `address` or `process` is the other one, and `ownProcess` is this one. */
export const idInUse = logEvent(
  "id-in-use",
  "error",
  (fields: { id: MemberId; address?: string; process?: string; ownProcess?: string }) => {
    const { id, address, process, ownProcess } = fields;
    const at = address === undefined ? "" : `, at ${excerpt(address)}`;
    const both =
      process === undefined || ownProcess === undefined
        ? ""
        : `: ${excerpt(process)}; this process is ${excerpt(ownProcess)}`;
    return `another process uses the id ${id}${at}${both}; ${STOP_ONE}`;
  },
);

export const peerMessageInvalid = logEvent(
  "message-invalid",
  "warn",
  ({ member, reason }: { member: MemberId; reason: string }) => `dropped a malformed message of ${member}: ${reason}`,
);

export const memberMessageInvalid = logEvent(
  "message-invalid",
  "warn",
  ({ member, reason }: { member: MemberId; reason: string }) =>
    `dropped an invalid message about members from ${member}: ${reason}`,
);

export const announcementInvalid = logEvent(
  "message-invalid",
  "warn",
  ({ member, reason }: { member: MemberId; reason: string }) =>
    `dropped an invalid announcement of ${member}: ${reason}`,
);

/** The sender and the type of a message on Maelstrom's network. */
type Origin = { readonly from: string; readonly type?: string; readonly reason: string };

function describeDrop({ from, type, reason }: Origin): string {
  const what = type === undefined ? "a message without a type" : `a message of type ${excerpt(type)}`;
  return `dropped ${what} from ${excerpt(from)}: ${reason}`;
}

export const envelopeInvalid = logEvent("message-invalid", "warn", describeDrop);

/** A fault of this node, not of the message. */
export const envelopeFailed = logEvent("message-failed", "error", ({ reason, ...origin }: Origin) =>
  describeDrop({ ...origin, reason: `handling it failed: ${reason}` }),
);

/** A message of this node is larger than the way to the other members allows. */
export const messageTooLarge = logEvent(
  "message-too-large",
  "error",
  ({ member, reason }: { member: MemberId; bytes: number; limit: number; reason: string }) =>
    `dropped a message to ${member}: ${reason}`,
);

/** A client's request failed by a fault of this node. */
export const clientRequestFailed = logEvent(
  "request-failed",
  "error",
  ({ client, reason }: { client: string; reason: string }) => `could not serve a request of ${client}: ${reason}`,
);

/** The setting `ack` asks for more nodes than there are. */
export const ackExceedsNodes = logEvent(
  "ack-exceeds-nodes",
  "warn",
  ({ ack, size }: { ack: number; size: number }) =>
    `--ack ${ack} exceeds the number of nodes, ${size}; a value is acknowledged once all of them have it`,
);
