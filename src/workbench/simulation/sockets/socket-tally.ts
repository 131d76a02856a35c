import { type LifeEvent, SOCKET_FAULTS, type SocketScenario } from "./socket-scenario.js";
import type { SocketOutcome } from "./socket-simulation.js";

const ENDS = { start: "started", leave: "left", kill: "killed", power: "lost power" } as const;

/** Counts what happened over many scenarios, so that a run without failures shows what it has tested. */
export class SocketTally {
  private readonly lives: Record<LifeEvent["what"], number> = { start: 0, leave: 0, kill: 0, power: 0 };
  private readonly counts = new Map<string, number>();
  private moves = 0;
  private acknowledged = 0;
  private lost = 0;
  private slowest = 0;

  add({ events }: SocketScenario, { acknowledged, lost, agreement, counts }: SocketOutcome): void {
    for (const { what, host } of events) {
      this.lives[what]++;
      if (host !== undefined && host > 0) this.moves++;
    }
    for (const [what, count] of counts) this.counts.set(what, (this.counts.get(what) ?? 0) + count);
    this.acknowledged += acknowledged;
    this.lost += lost;
    this.slowest = Math.max(this.slowest, agreement);
  }

  /** All counts, in three lines. */
  describe(): string {
    const joined = (items: readonly (readonly [string, number])[]) =>
      items.map(([what, count]) => `${what}: ${count}`).join(" · ");
    const lives = Object.entries(this.lives).map(([what, count]) => [ENDS[what as keyof typeof ENDS], count] as const);
    const faults = Object.keys(SOCKET_FAULTS).map((kind) => [kind, this.counts.get(`fault ${kind}`) ?? 0] as const);
    const connections = [...this.counts].filter(([what]) => !what.startsWith("fault ")).sort();
    return [
      `members that ${joined(lives)} · on another host: ${this.moves} · longest time until all members agreed: ${Math.round(this.slowest / 1000)} s · ` +
        `values acknowledged: ${this.acknowledged}, of them lost with the only processes that had them: ${this.lost}`,
      `faults: ${joined(faults)}`,
      `sockets: ${joined(connections)}`,
    ].join("\n");
  }
}
