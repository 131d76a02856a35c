import type { Acknowledgement, RoundSchedule } from "../messages.js";
import type { MemberId } from "../ports/transport.js";
import { jsonSize } from "../values/json-value.js";

/**
 * Returns the acknowledgement with as many ranges as fit, the newest first. Messages in the other ranges count as lost
 * if no earlier acknowledgement has listed them, and their values come again.
 * @param room size limit of the ranges after the newest one, in bytes of JSON
 */
export function fitAck(ack: Acknowledgement, room: number): Acknowledgement {
  let left = room;
  let start = ack.ranges.length - 1;
  while (start > 0) {
    left -= jsonSize(ack.ranges[start - 1]) + 1;
    if (left < 0) return { ...ack, ranges: ack.ranges.slice(start) };
    start--;
  }
  return ack;
}

/** Suspects in a message; `more` if not all of them fit. */
export type NamedSuspects = Pick<RoundSchedule, "suspects" | "more">;

/**
 * Returns as many suspects as fit, in their order.
 * @param room in bytes of JSON
 */
export function fitSuspects(suspects: readonly MemberId[] | undefined, room: number): NamedSuspects {
  if (suspects === undefined) return {};
  let left = room;
  const end = suspects.findIndex((suspect) => {
    left -= jsonSize(suspect) + 1;
    return left < 0;
  });
  return end < 0 ? { suspects } : { suspects: suspects.slice(0, end), more: true };
}
