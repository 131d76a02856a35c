import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { renderStatus, type ServerStatus } from "../../src/workbench/commands/status-table.js";

const NOW = 1_000_000_000;

function status(members: Partial<ServerStatus["members"][number]>[], counts = { values: 2, streams: 1 }): string {
  const answer = {
    ...{ id: "a", version: "1.2.3", root: "a", ready: true, uptime: 9_000, ...counts },
    members: members.map((member, index) => ({ id: `${index}`, state: "alive", self: false, ...member })),
  };
  // Without the colours of a terminal.
  return stripVTControlCharacters(renderStatus("http://a", answer, NOW));
}

/** The cells of the columns round trip, backlog and lag. */
function figuresOf(member: Partial<ServerStatus["members"][number]>): string[] {
  const row = status([member]).split("\n").at(-2) as string;
  return row
    .split("│")
    .slice(-4, -1)
    .map((cell) => cell.trim());
}

it("the status of a member has its round trip, its backlog and its lag in columns of their own", () => {
  const lines = status([{}]).split("\n");
  const columns = (lines[2] as string).split("│").map((cell) => cell.trim());
  expect(columns.slice(1, -1)).toEqual([
    ...["member", "role", "state", "address", "member for"],
    ...["round trip", "backlog", "lag"],
  ]);
  const lag = { values: 12, isLowerBound: false, age: 8_100 };
  expect(figuresOf({ roundTrip: 23.4, backlog: 3, lag })).toEqual(["23 ms", "3 values", "12 values, 8 s"]);
  // A suspect has no backlog, but a lag.
  expect(figuresOf({ state: "suspected", roundTrip: 23.4, lag })).toEqual(["23 ms", "–", "12 values, 8 s"]);
  expect(figuresOf({})).toEqual(["–", "–", "–"]);
});

it("the lag of a member is singular for one value, and says if there may be more", () => {
  expect(figuresOf({ backlog: 1, lag: { values: 1, isLowerBound: false, age: 300 } })).toEqual([
    "–",
    "1 value",
    "1 value, 0 s",
  ]);
  expect(figuresOf({ lag: { values: 0, isLowerBound: false, age: 0 } })[2]).toBe("0 values");
  expect(figuresOf({ lag: { values: 10_000, isLowerBound: true, age: 180_000 } })[2]).toBe(
    "at least 10,000 values, 3 min",
  );
});

it("the counts of a server have the right number", () => {
  expect(status([])).toContain("up for 9 s, 2 values, 1 stream\n");
  expect(status([], { values: 1, streams: 2 })).toContain("1 value, 2 streams\n");
});
