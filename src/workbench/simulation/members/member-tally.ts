import type { MemberEvent, MemberScenario } from "./member-scenario.js";
import type { MemberOutcome } from "./member-simulation.js";

/** Counts what happened to members over many scenarios, so that a run without failures shows what it has tested. */
export class MemberTally {
  private readonly counts: Record<MemberEvent["what"], number> = { join: 0, leave: 0, kill: 0, vanish: 0 };
  private partings = 0;
  private merges = 0;
  private slowest = 0;

  add({ events, partings }: MemberScenario, { merges, agreement }: MemberOutcome): void {
    for (const { what } of events) this.counts[what]++;
    this.partings += partings.length;
    this.merges += merges;
    this.slowest = Math.max(this.slowest, agreement);
  }

  /** All counts in one line. */
  describe(): string {
    const { join, leave, kill, vanish } = this.counts;
    return [
      `members that joined: ${join}`,
      `left: ${leave}`,
      `killed: ${kill}`,
      `silent: ${vanish}`,
      `partitions: ${this.partings}`,
      `merges seen by members: ${this.merges}`,
      `longest time until all members agreed: ${Math.round(this.slowest / 1000)} s`,
    ].join(" · ");
  }
}
