import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { presets } from "../../src/application/settings/presets.js";
import { longestPeriod } from "../../src/domain/batching/rounds/latency-budget.js";
import * as config from "../../src/domain/config.js";

const {
  ACK_TIMER,
  ANTI_ENTROPY,
  BATCHING,
  EAGER,
  FAILURE_DETECTOR,
  GUARD,
  HEALING_TIME,
  NETWORK,
  PEER,
  REFUTATION,
  REPAIR,
  RETENTION,
  ROUNDS,
  RTT,
  TREE_REPAIR,
  WINDOW,
  WRITE_CONCERN,
} = config;

/** After this many ms the clients of Maelstrom's workload give up. */
const MAELSTROM_TIMEOUT = 5_000;

const roundTrip = NETWORK.assumedRoundTrip;
/** Time from the first probe of a member until it is suspected, in ms. */
const timeToSuspect = FAILURE_DETECTOR.probes * (roundTrip + FAILURE_DETECTOR.answerSlack);

type Constants = number | { readonly [name: string]: Constants };

function leaves(constants: Constants): number[] {
  return typeof constants === "number" ? [constants] : Object.values(constants).flatMap(leaves);
}

function expectAscending(...numbers: readonly number[]): void {
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(new Set(numbers).size).toBe(numbers.length);
}

describe("every constant", () => {
  const groups = Object.entries<Constants>(config).filter(([, group]) => typeof group === "object");

  it("is positive and finite, as are the bounds of a range", () => {
    const constants = leaves(config);
    expect(constants.filter((number) => !(number > 0 && number < Number.POSITIVE_INFINITY))).toEqual([]);
  });

  it("is read by the product", () => {
    const src = fileURLToPath(new URL("../../src", import.meta.url));
    const code = readdirSync(src, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !path.endsWith("domain/config.ts"))
      .map((path) => readFileSync(`${src}/${path}`, "utf8"))
      .join("\n");
    const names = groups.flatMap(([group, constants]) => Object.keys(constants).map((name) => `${group}.${name}`));
    expect(names.filter((name) => !new RegExp(`\\b${name.replace(".", "\\.")}\\b`).test(code))).toEqual([]);
  });

  it("has a group whose comment names its readers, all of them and no other", () => {
    const src = fileURLToPath(new URL("../../src", import.meta.url));
    const files = readdirSync(src, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !path.startsWith("workbench") && !path.endsWith("domain/config.ts"))
      .map((path) => ({ path, code: readFileSync(`${src}/${path}`, "utf8") }));
    const comments = readFileSync(`${src}/domain/config.ts`, "utf8").matchAll(
      /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const (\w+)/g,
    );
    const problems = [...comments].flatMap(([, comment = "", group = ""]) => {
      const named = [...comment.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
      const readers = files
        .filter(({ code }) => new RegExp(`import [^;]*\\b${group}\\b[^;]*config\\.js"`).test(code))
        .map(({ path, code }) => ({
          path,
          names: [...code.matchAll(/^export (?:class|function|const) (\w+)/gm)].map(([, name]) => name),
        }));
      return [
        ...readers
          .filter(({ names }) => !named.some((name) => names.includes(name)))
          .map(({ path }) => `${group} lacks ${path}`),
        ...named
          .filter((name) => !readers.some(({ names }) => names.includes(name)))
          .map((name) => `${group} names ${name}`),
      ];
    });
    expect(problems).toEqual([]);
  });
});

describe("round trips (RttEstimator)", () => {
  it("orders the quantiles: otherwise the spread is negative, and random latency is never recognised", () => {
    expectAscending(0, RTT.lowQuantile, RTT.median, RTT.highQuantile, 1);
  });

  it("plans rounds with a slower round trip than timeouts expect: a missed round costs more than a late request", () => {
    expectAscending(RTT.highQuantile, RTT.plannedQuantile, 1);
  });

  it("keeps enough samples to judge by: otherwise the hint of the parent outweighs a node's own samples for ever", () => {
    expect(RTT.samplesPerPeer).toBeGreaterThanOrEqual(RTT.enoughSamples);
    expect(RTT.pooledSamples).toBeGreaterThanOrEqual(RTT.enoughSamples);
  });

  it("accepts the round trip that it assumes", () => {
    expect(RTT.longest).toBeGreaterThan(roundTrip);
  });
});

describe("the guard (AdaptiveGuard)", () => {
  it("has room for what a quiet machine needs: an upcast on time is not late for its round", () => {
    expect(GUARD.shortest).toBeGreaterThanOrEqual(GUARD.base);
  });

  it("may be as long as a cold cluster needs", () => {
    expectAscending(GUARD.shortest, GUARD.base + GUARD.coldLateness, GUARD.longest);
  });

  it("remembers enough rounds to end the cold start: otherwise it never falls to its lower bound", () => {
    expect(GUARD.roundsRemembered).toBeGreaterThanOrEqual(GUARD.enoughRounds);
  });

  it("is longer than a timer may be early: an acknowledgement of the upcasts is not taken for the round's downcast", () => {
    expect(ROUNDS.earlyTimer).toBeLessThan(GUARD.shortest);
  });

  it("is no longer than timeouts allow for, so they do not shorten when the cold start ends", () => {
    expect(ROUNDS.leastPatience).toBeGreaterThanOrEqual(GUARD.base + GUARD.coldLateness);
  });
});

describe("rounds (RoundPacer, RootClock, ChildClock)", () => {
  it.each(["default", "frugal"] as const)("have room in preset %s with the assumed round trip", (name) => {
    const { settings } = presets[name];
    const assumed = Math.min(roundTrip, settings.max * ROUNDS.mostAssumed);
    expect(longestPeriod(settings, { height: 1, roundTrip: assumed, guard: GUARD.shortest })).toBeGreaterThan(0);
  });

  it("have room in every budget of 100 ms and more, whatever is assumed: only a measurement ends them", () => {
    for (let max = 100; max <= 10_000; max += 100) {
      const assumed = Math.min(roundTrip, max * ROUNDS.mostAssumed);
      const period = longestPeriod({ median: max, max }, { height: 1, roundTrip: assumed, guard: GUARD.shortest });
      expect(period, `max ${max}`).toBeGreaterThan(0);
    }
  });

  it("begin after the first probe was answered, if the network is as assumed", () => {
    expect(roundTrip).toBeLessThan(ROUNDS.probePatience);
  });

  it("begin late enough for values that a child accepts just after its first one", () => {
    expect(ROUNDS.startStep).toBeLessThanOrEqual(ROUNDS.gatherTime);
  });

  it("let a child slow down while its root is silent", () => {
    expect(ROUNDS.startStep).toBeLessThan(ROUNDS.startPatience);
  });

  it("take one loss for no lossy network: a machine that was paused for a moment looks the same", () => {
    expect(ROUNDS.lossyRounds).toBeGreaterThan(1);
  });

  it.each(["default", "frugal"] as const)("notice two lossy rounds in a row in preset %s", (name) => {
    expect(ROUNDS.lossMemory).toBeGreaterThan(ROUNDS.lossyRounds * presets[name].settings.max);
  });

  it("request a late downcast before the acknowledgement that it should bring", () => {
    expect(ROUNDS.ackPatience).toBeGreaterThan(1);
  });

  it("become shorter while messages get lost", () => {
    expect(ROUNDS.lossyPeriods).toBeGreaterThan(1);
  });

  it("hurry a late value on before they give up on hurrying it", () => {
    expectAscending(1 - ROUNDS.unseenDelay, 1, ROUNDS.hopeless);
  });

  it("accept every schedule that a parent with the same budget announces", () => {
    expect(ROUNDS.mostBudgets).toBeGreaterThan(1);
  });

  it("keep times exact to a hundredth of 1 ms up to the latest round", () => {
    expect(ROUNDS.latestRound + 0.01 - ROUNDS.latestRound).toBeCloseTo(0.01, 2);
  });
});

describe("eager sending (EagerPacer, StabilityDetector)", () => {
  it("gives the probes time to find out whether the root is there, before the next root is told", () => {
    expect(EAGER.detectionTime).toBeGreaterThan(timeToSuspect);
  });

  it("waits for the stable vector at least as long as the root collects reports", () => {
    expect(EAGER.rootPatience).toBeGreaterThan(EAGER.collectionTime + roundTrip);
  });

  it("sends nothing again that the stable vector is about to settle: collection and four hops", () => {
    expect(EAGER.lossSlack).toBeGreaterThan(EAGER.collectionTime + 4 * (roundTrip / 2));
  });

  it("tells a sender of a gap before the sender asks", () => {
    expect(EAGER.gapPatience + roundTrip).toBeLessThan(EAGER.repairAckDelay + EAGER.answerTime);
  });

  it("gives an answer time for a round trip and for a late timer", () => {
    expect(EAGER.answerTime).toBeGreaterThan(roundTrip + FAILURE_DETECTOR.answerSlack);
  });
});

describe("fixed windows (WindowPacer)", () => {
  it("wait longer than a round trip before they send again", () => {
    expect(WINDOW.patience).toBeGreaterThan(roundTrip);
  });
});

describe("state per peer (Peer, DeltaTracker, Prober)", () => {
  it("remembers a departed member for at least one quiet interval: even an idle member has spoken by then", () => {
    expect(PEER.tombstoneTime).toBeGreaterThanOrEqual(ANTI_ENTROPY.quietInterval);
  });

  it("remembers all probes of one detection: a late answer to the first shows that the network is slow", () => {
    expect(PEER.openProbes).toBeGreaterThanOrEqual(FAILURE_DETECTOR.probes);
  });

  it("calls nothing an outage that is a pause between two requests: otherwise no loss would count", () => {
    expect(PEER.outage).toBeGreaterThan(ACK_TIMER.longestPause);
  });
});

describe("retransmission (AckTimer)", () => {
  it("asks more often before it suspects a peer while messages get lost", () => {
    expect(ACK_TIMER.requests).toBeLessThan(ACK_TIMER.requestsUnderLoss);
  });

  it("calls no message lost before its answer was due", () => {
    expect(ACK_TIMER.lossMargin).toBeGreaterThan(1);
  });

  it("backs off, from an answer's time to the longest pause", () => {
    expect(ACK_TIMER.backOff).toBeGreaterThan(1);
    expect(ACK_TIMER.longestPause).toBeGreaterThan(roundTrip + ROUNDS.leastPatience);
  });
});

describe("failure detection (FailureDetector)", () => {
  it("lets a probe wait as long as any other answer: a member that is slow but in time is not suspected", () => {
    expect(FAILURE_DETECTOR.answerSlack).toBeGreaterThanOrEqual(ROUNDS.leastPatience);
  });

  it.each(["retriesFromAbove", "retries"] as const)("lets the pauses of %s grow", (pauses) => {
    expect(FAILURE_DETECTOR[pauses].first).toBeLessThan(FAILURE_DETECTOR[pauses].longest);
  });

  it("lets the closest live ancestor notice a return first: the others learn of it from the ancestor", () => {
    expectAscending(FAILURE_DETECTOR.retriesFromAbove.longest, FAILURE_DETECTOR.retries.first);
  });

  it("notices a return before anti-entropy does", () => {
    expect(FAILURE_DETECTOR.retries.longest).toBeLessThan(ANTI_ENTROPY.quietInterval);
  });

  it("believes no rumour that is older than what came from the member itself", () => {
    expect(FAILURE_DETECTOR.hearsayAge).toBeGreaterThan(roundTrip);
  });
});

describe("repair of the tree (TreeRepair)", () => {
  it("lets the child's digest arrive before the parent asks for it", () => {
    expect(TREE_REPAIR.childsTurn).toBeGreaterThan(roundTrip);
  });

  it("lets an answer arrive before it asks again", () => {
    expect(TREE_REPAIR.amnesiaPause).toBeGreaterThan(roundTrip);
  });

  it("lets a node catch up with the member that recognised it before it asks the others", () => {
    expect(TREE_REPAIR.recoveryDelay).toBeGreaterThan(2 * roundTrip);
  });
});

describe("refutation (Refutation)", () => {
  it("doubles its pauses up to the longest", () => {
    expect(REFUTATION.firstPause).toBeLessThan(REFUTATION.longestPause);
  });

  it("takes no rival's pause for peace: otherwise two processes with one id overtake one another without pauses", () => {
    expect(REFUTATION.peaceFactor).toBeGreaterThanOrEqual(2);
  });
});

describe("anti-entropy (AntiEntropy)", () => {
  it("lets its pauses grow, and its intervals", () => {
    expectAscending(ANTI_ENTROPY.firstPause, ANTI_ENTROPY.longestPause, ANTI_ENTROPY.quietInterval);
  });

  it("probes a silent member before it loses patience with it", () => {
    expect(ANTI_ENTROPY.doubtfulRequests).toBeLessThan(ANTI_ENTROPY.patientRequests);
  });

  it("lets an alert root send digests while there is news", () => {
    expectAscending(ANTI_ENTROPY.alertInterval, ANTI_ENTROPY.newsTime, ANTI_ENTROPY.quietInterval);
  });

  it("repairs in windows that can grow and shrink, and takes no slow answer for a quick one", () => {
    expectAscending(REPAIR.smallestWindow, REPAIR.firstWindow, REPAIR.largestWindow);
    expectAscending(REPAIR.checkInterval, REPAIR.quick, REPAIR.late, REPAIR.newTime);
  });

  it("does not take values within the budget of a preset for old ones, which wait for repairs", () => {
    for (const name of ["default", "frugal"] as const)
      expect(REPAIR.newTime).toBeGreaterThan(2 * presets[name].settings.max + ANTI_ENTROPY.settleSlack);
  });

  it("asks after a silent start before the first regular digest", () => {
    expect(2 * ANTI_ENTROPY.bootstrapTime).toBeLessThan(ANTI_ENTROPY.quietInterval / 2);
  });

  it("takes no value for overdue whose range made it look older than it is", () => {
    expect(ANTI_ENTROPY.settleSlack).toBeGreaterThanOrEqual(BATCHING.ageStep);
  });
});

describe("write concerns (AckCollector, AckRouter, ReplicaSearch)", () => {
  it("answer a client before Maelstrom's clients give up", () => {
    expect(WRITE_CONCERN.timeout).toBeLessThan(MAELSTROM_TIMEOUT);
  });

  it("leave time for the tree before the search begins, and for the search before the client gives up", () => {
    expectAscending(WRITE_CONCERN.searchTime, WRITE_CONCERN.timeout / 2, WRITE_CONCERN.timeout);
  });

  it("expect no reply before it could have come: there and back, with all its waiting", () => {
    expect(WRITE_CONCERN.piggybackTime + roundTrip).toBeLessThan(WRITE_CONCERN.replyTime);
  });

  it("search as soon as replies are overdue with eager sending, where no round delays them", () => {
    expect(WRITE_CONCERN.replyTime).toBeLessThanOrEqual(WRITE_CONCERN.timeout - WRITE_CONCERN.searchTime);
  });

  it("have time for three searches", () => {
    const pause = WRITE_CONCERN.patienceFactor * roundTrip;
    const third = pause + WRITE_CONCERN.searchBackOff * pause;
    expect(third + roundTrip).toBeLessThan(WRITE_CONCERN.searchTime);
  });

  it("remember a query for longer than its client waits, so that a lost reply can be repeated", () => {
    expect(WRITE_CONCERN.queryMemory).toBeGreaterThan(WRITE_CONCERN.timeout);
  });

  it("report further holders before the whole reply is due", () => {
    expect(WRITE_CONCERN.newsPause).toBeLessThan(WRITE_CONCERN.piggybackTime);
  });

  it("let replies bring a departure forward only so far that it is still the planned upcast", () => {
    expect(BATCHING.sameMoment).toBeLessThanOrEqual(ROUNDS.earlyTimer);
  });

  it("back off between searches, and wait for a reply longer than its usual time", () => {
    expectAscending(1, WRITE_CONCERN.patienceFactor);
    expectAscending(1, WRITE_CONCERN.searchBackOff);
    expectAscending(WRITE_CONCERN.searchTogether, WRITE_CONCERN.longestPause, WRITE_CONCERN.longestSearchPause);
  });
});

describe("retention (Retention, ValueLog)", () => {
  it("deletes nothing before anti-entropy has reached every member twice", () => {
    expect(HEALING_TIME).toBeGreaterThanOrEqual(2 * ANTI_ENTROPY.quietInterval);
  });

  it("deletes no value that was recovered from the journal at once", () => {
    expect(RETENTION.recoveredAge).toBeLessThan(HEALING_TIME);
  });

  it.each(["default", "frugal"] as const)("takes no recovered value to be on its way in preset %s", (name) => {
    expect(RETENTION.recoveredAge).toBeGreaterThan(2 * presets[name].settings.max + ANTI_ENTROPY.settleSlack);
  });

  it("looks between its shortest and its longest pause, and deletes more than one value at a time", () => {
    expectAscending(RETENTION.shortestPause, RETENTION.longestPause);
    expectAscending(0, RETENTION.ageSlack, 1, RETENTION.countSlack);
  });
});

describe("members that find one another (GossipMembership)", () => {
  const { SWIM } = config;

  it("remove a killed process within 5 s: its connections close, it is pinged, and has time to refute", () => {
    const steps = [SWIM.lostConnection, SWIM.quickPing, SWIM.quickHelp, SWIM.quickSuspicion];
    expect(steps.reduce((sum, step) => sum + step)).toBeLessThan(4_500);
  });

  it("remove a silent host within 90 s, even if seven members that could have noticed it are gone as well", () => {
    const first = SWIM.pingInterval + 2 * SWIM.patience;
    // Each step pings twice as many members as the one before.
    const next = 2 * (SWIM.firstPing + 2 * SWIM.patience);
    expect(first + next + SWIM.suspicion).toBeLessThan(80_000);
  });

  it("send at most 120 messages a minute in an idle cluster of 25", () => {
    const pings = (25 * 2 * 60_000) / SWIM.pingInterval;
    const searches = (2 * 60_000) / SWIM.searchPerMember;
    expect(pings + searches).toBeLessThanOrEqual(120);
  });

  it("give a suspect longer than the members need to tell it, and bounds that hold what they say themselves", () => {
    expectAscending(SWIM.leastSuspicion, SWIM.quickSuspicion, SWIM.hearsay, SWIM.suspicion, SWIM.mostSuspicion);
  });

  it("remember a member that left for longer than anybody can take it for present", () => {
    expect(SWIM.leftMemory).toBeGreaterThan(SWIM.pingInterval + 2 * SWIM.patience + SWIM.mostSuspicion);
    expectAscending(SWIM.leftMemory, SWIM.lostMemory);
  });

  it("answer the question of a new node in the time that it has", () => {
    expectAscending(SWIM.joinPause, SWIM.answerTime, SWIM.joinPatience);
  });
});
