import { lifeDrawsOf } from "./draw-scenario.js";
import type { Outcome } from "./outcome.js";
import type { Scenario } from "./scenario.js";

/** Counts how lives began and met, and how small messages were, over many scenarios, so that a run without failures shows what it has tested. */
export class LifeTally {
  private readonly counts = new Map<string, number>();

  add(scenario: Scenario, { earlyStarts, renewals, summaries }: Outcome): void {
    const draws = lifeDrawsOf(scenario);
    this.count("restarts with init only", draws.initAlone);
    this.count("restarts with a topology", draws.withTopology);
    this.count("restarts with a clock set back", draws.setBack);
    this.count("restarts within a millisecond", draws.immediate);
    this.count("second processes with one id", draws.rivals);
    this.count("clusters whose processes start at different times", draws.lateBirths);
    this.count("topologies after 10 s", draws.lateTopologies);
    this.count("nodes that took part before their topology", earlyStarts);
    this.count("nodes that took a later incarnation", renewals);
    this.count("clusters with messages of 1,400 bytes", scenario.maxMessageBytes === undefined ? 0 : 1);
    this.count("of these with long ids", scenario.idLength === undefined ? 0 : 1);
    this.count("summaries", summaries);
  }

  /** All counts in one line. */
  describe(): string {
    return [...this.counts].map(([what, count]) => `${what}: ${count}`).join(" · ");
  }

  private count(what: string, more: number): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + more);
  }
}
