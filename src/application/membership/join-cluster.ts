import type { Membership, MembersListener } from "../../domain/ports/membership.js";
import type { MemberId } from "../../domain/ports/transport.js";

/**
 * Joins through the membership.
 * @returns the latest members. The list that `Membership.join` promises may be out of date when the caller goes on: promises are
 * settled late, and members that become known in between have been told to `onChange` already.
 */
export async function joinCluster(membership: Membership, onChange: MembersListener): Promise<readonly MemberId[]> {
  let latest: readonly MemberId[] | undefined;
  const joined = await membership.join((members) => {
    latest = members;
    onChange(members);
  });
  return latest ?? joined;
}
