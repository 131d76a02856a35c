import type { SoakMember } from "./soak-member.js";

/** Gives values to members at a steady rate, also to those that are paused or down, until it is stopped. */
export class Load {
  private readonly timers: NodeJS.Timeout[];
  private count = 0;

  /** @param rate values per second at each member */
  constructor(members: readonly SoakMember[], rate: number) {
    this.timers = members.map((member) =>
      setInterval(() => member.broadcast(`${member.id}-${++this.count}`), 1000 / rate),
    );
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
  }
}
