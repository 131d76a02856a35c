import { expect, it } from "vitest";
import { Ledger } from "./load/ledger.js";

const SERVERS = ["h1", "h2"];

/** A ledger with two values that were acknowledged, and one that was not. */
function ledgerOf(series: string, earlier?: Ledger): Ledger {
  const ledger = new Ledger(SERVERS, earlier);
  for (const name of ["a", "b", "refused"]) ledger.sent(series + name, "h1");
  for (const name of ["a", "b"]) ledger.acknowledged(series + name);
  return ledger;
}

const shown = (h1: readonly string[], h2: readonly string[]) =>
  new Map([
    ["h1", h1],
    ["h2", h2],
  ]);

it("a server may show values that it has not acknowledged", () => {
  const faults = ledgerOf("1").judge(shown(["1a", "1b"], ["1refused", "1b", "1a"]));
  expect(faults).toEqual({ missing: [], invented: [], repeated: [] });
});

it("an acknowledged value that one server lacks is missing, one that nobody sent is invented, and one may come only once", () => {
  expect(ledgerOf("1").judge(shown(["1a", "1b"], ["1a", "1a", "x"]))).toEqual({
    missing: ["h2: 1b"],
    invented: ["h2: x"],
    repeated: ["h2: 1 more than sent"],
  });
});

it("values of earlier ledgers must still be there", () => {
  const ledger = ledgerOf("2", ledgerOf("1"));
  expect(ledger.judge(shown(["1a", "1b", "2a", "2b"], ["2a", "2b", "1b"])).missing).toEqual(["h2: 1a"]);
});

it("values are complete once they have arrived at the clients of all servers", () => {
  const ledger = ledgerOf("1");
  for (const value of ["1a", "1b"]) ledger.arrived(value, "h1");
  ledger.arrived("1a", "h2");
  expect([ledger.isComplete(), ledger.completeAt(performance.now())]).toEqual([false, Number.POSITIVE_INFINITY]);
  ledger.arrived("1b", "h2");
  expect([ledger.isComplete(), Number.isFinite(ledger.completeAt(performance.now()))]).toEqual([true, true]);
});

it("values wait for an answer until they are acknowledged or refused, or their server has ended", () => {
  const ledger = new Ledger(SERVERS);
  for (const [value, server] of [
    ["acknowledged", "h1"],
    ["refused", "h1"],
    ["lost", "h2"],
  ] as const)
    ledger.sent(value, server);
  const unanswered = [ledger.unanswered];
  ledger.acknowledged("acknowledged");
  ledger.refused("refused", "CLOSED");
  unanswered.push(ledger.unanswered);
  ledger.ended("h1");
  unanswered.push(ledger.unanswered);
  ledger.ended("h2");
  expect([...unanswered, ledger.unanswered]).toEqual([3, 1, 1, 0]);
});
