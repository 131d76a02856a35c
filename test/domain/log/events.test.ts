import { describe, expect, it } from "vitest";
import {
  budgetInfeasible,
  incarnationStale,
  journalCutShort,
  journalDamaged,
  journalDamagedFurther,
  journalUnreadable,
  memberReachable,
  memberUnreachable,
  topologyLate,
  topologyMissing,
} from "../../../src/domain/log/events.js";
import type { LogEvent } from "../../../src/domain/ports/log.js";

/** What an operator sees of an event. */
const lineOf = ({ level, code, text }: LogEvent) => `${level} ${code}: ${text}`;

describe("The log line of an event", () => {
  it.each<[string, LogEvent]>([
    ["warn member-unreachable: n1 is unreachable", memberUnreachable({ member: "n1" })],
    [
      "warn member-unreachable: n1 is unreachable; using n0 as parent",
      memberUnreachable({ member: "n1", parent: "n0" }),
    ],
    [
      "warn member-unreachable: n0 is unreachable; this node is the root now",
      memberUnreachable({ member: "n0", isRoot: true }),
    ],
    ["info member-reachable: n1 is reachable again", memberReachable({ member: "n1" })],
    [
      "info member-reachable: n1 is reachable again; using n1 as parent",
      memberReachable({ member: "n1", parent: "n1" }),
    ],
    [
      "warn incarnation-stale: n1 ignores incarnation 5 of this node because it knows incarnation 7; continuing as 9 (either another process has this node's id, or the clock was set back)",
      incarnationStale({ member: "n1", incarnation: 5, known: 7, next: 9 }),
    ],
    [
      "warn budget-infeasible: the budget (median 50 ms, maximum 90 ms) leaves no room for rounds: with round trips of 200 ms and a tree of height 2 a value travels 400 ms; sending values at once instead",
      budgetInfeasible({ median: 50, max: 90, roundTrip: 200, height: 2, travelTime: 400 }),
    ],
    [
      "warn topology-missing: no topology came within 10 s of init; taking part without one",
      topologyMissing({ patience: 10_000 }),
    ],
    [
      "info topology-late: n1 sent a message before the topology came; taking part without a topology until it comes",
      topologyLate({ member: "n1" }),
    ],
    [
      "warn journal-damaged: a.log is damaged at offset 7 (1 byte); the damaged part is skipped, other members may still have its values",
      journalDamaged({ file: "a.log", offset: 7, bytes: 1 }),
    ],
    ["warn journal-damaged: 1 more such problem in this journal", journalDamagedFurther({ more: 1 })],
    ["warn journal-damaged: 2 more such problems in this journal", journalDamagedFurther({ more: 2 })],
    [
      "error journal-unreadable: a.log cannot be read, so its values must come from other members: no access",
      journalUnreadable({ file: "a.log", reason: "no access" }),
    ],
    [
      "warn journal-cut-short: a.log ends with an incomplete record at offset 7 (2 bytes); the record is dropped",
      journalCutShort({ file: "a.log", offset: 7, bytes: 2 }),
    ],
    [
      "warn journal-cut-short: a.log ends at offset 7 without a line break; its last record is complete and kept",
      journalCutShort({ file: "a.log", offset: 7, bytes: 0 }),
    ],
  ])("%s", (line, event) => {
    expect(lineOf(event)).toBe(line);
  });
});
