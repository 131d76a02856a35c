import type { MemberId } from "../ports/transport.js";
import { perObject } from "../values/per-object.js";

/** Returns the position of each member in the list, counted from 0. */
export const memberIndex: (members: readonly MemberId[]) => ReadonlyMap<MemberId, number> = perObject(
  (members: readonly MemberId[]) => new Map(members.map((member, index) => [member, index])),
);

/** Returns those of the ids that are in the list, each once, in the list's order. */
export function inMemberOrder(members: readonly MemberId[], ids: Iterable<MemberId>): MemberId[] {
  const index = memberIndex(members);
  const places = new Set<number>();
  for (const id of ids) {
    const place = index.get(id);
    if (place !== undefined) places.add(place);
  }
  return [...places].sort((one, other) => one - other).map((place) => members[place] as MemberId);
}
