import type { Random } from "../../../domain/ports/random.js";
import { pick } from "../chance.js";

/**
 * Chooses the victim of a fault of a single node. A node that one fault has struck is spared by all others until it has
 * recovered: a paused node cannot answer the `init` of a restart, and a dead one cannot be paused.
 */
export class Victims {
  private readonly struck = new Set<string>();

  /** @param choice `root` for the first node, `random`, or a node's id */
  constructor(
    private readonly nodeIds: readonly string[],
    private readonly choice: string,
    private readonly random: Random,
  ) {}

  /** The node to strike; `undefined` if none is available now. */
  strike(): string | undefined {
    const whole = this.nodeIds.filter((id) => !this.struck.has(id) && this.mayBeChosen(id));
    if (whole.length === 0) return undefined;
    const victim = pick(whole, this.random);
    this.struck.add(victim);
    return victim;
  }

  /** The node has recovered. */
  release(victim: string): void {
    this.struck.delete(victim);
  }

  private mayBeChosen(id: string): boolean {
    switch (this.choice) {
      case "random":
        return true;
      case "root":
        return id === this.nodeIds[0];
      default:
        return id === this.choice;
    }
  }
}
