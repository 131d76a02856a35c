import type { MemberRecord } from "../../../../src/domain/membership/member-record.js";

/** The record of a member that is alive and joined at time 100. */
export const record = (id: string, more: Partial<MemberRecord> = {}): MemberRecord => ({
  id,
  address: `${id}:1`,
  joined: 100,
  version: 0,
  state: "alive",
  ...more,
});
